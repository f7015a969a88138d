"""Helpers for the tests of the plugin: a project, and runs of pytest in pytest."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

PETS = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: /shop}]
paths:
  /pets:
    get:
      operationId: listPets
      deprecated: true
      responses:
        "200":
          description: The pets.
          content: {application/json: {schema: {type: array, items: {}}, example: [Rex]}}
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: The pet.
          content: {application/json: {schema: {type: object}, example: {name: Rex}}}
"""

#: Options without plugins that take long to import and that no test uses.
NO_SLOW_PLUGINS = ("-p", "no:schemathesis", "-p", "no:hypothesispytest")

#: The beginning of each test file.
HEAD = """
import asyncio, httpx, pytest, requests

@pytest.fixture
def http(pets):
    with httpx.Client(base_url=pets.url, transport=pets.transport, timeout=60) as client:
        yield client
"""


def configure(pytester: pytest.Pytester, *lines: str) -> None:
    """Write pytest.ini; all warnings are errors there."""
    pytester.makeini(
        "\n".join(["[pytest]", "filterwarnings = error", "understudy_project = shop", *lines])
    )


def run_tests(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """Run tests with the plugin."""
    pytester.makepyfile(test_shop=HEAD + dedent(tests))
    return pytester.runpytest_subprocess("-q", *NO_SLOW_PLUGINS, *options)


def report(result: pytest.RunResult) -> str:
    """Return the output from the first failure on, with times, ports and rulers replaced."""
    text = re.sub(r"\d\d:\d\d:\d\d\.\d{6}", "TIME", result.stdout.str())
    text = re.sub(r"\(\d+\.\d ms\)", "(TOOK)", text)
    text = re.sub(r"in \d+\.\d+s", "in TIME", text)
    text = re.sub(r"http://127.0.0.1:3000/_ns/main-\d+", "URL", text)
    text = re.sub(r"127.0.0.1:(?!3000)\d+", "HOST", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"python-httpx/[\d.]+", "httpx", text)
    lines = [re.sub(r"([=_-])\1{4,}", r"\1\1\1", line.rstrip()) for line in text.splitlines()]
    start = next(n for n, line in enumerate(lines) if re.match("=== (FAIL|ERR)", line))
    return "\n".join(lines[start:])
