"""Documents in files with names that no URL and no terminal shows as they are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.server import UNDERSTUDY
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.openapi.loading.loader import name_of
from understudy.serving.project import load
from understudy.web.dead_links import dead_links
from understudy.web.static_site import build

DOCUMENT = """\
openapi: 3.0.3
info: {title: Odd, version: "1"}
paths: {/odd: {get: {operationId: getOdd, responses: {"200": {description: OK}}}}}
"""

NAMES = [
    b"sp\xff",
    b"a b",
    b"a%41",
    b"a#b?c",
    b"a\nb\x1b[31m",
    b"a'b\"<i>",
    b"{x}",
    b"-dash",
    b"x" * 250,
    "größe".encode(),
]


@pytest.mark.parametrize("name", NAMES)
def test_pages_of_a_document_with_an_odd_name(tmp_path: Path, name: bytes) -> None:
    """Every page is made, and every link between them leads somewhere."""
    path = tmp_path / os.fsdecode(name + b".yaml")
    path.write_text(DOCUMENT)
    site = tmp_path / "site"
    build(site, load([path]))
    assert list(dead_links(site)) == []
    assert name_of(path).isprintable()


def test_project_with_odd_names(tmp_path: Path) -> None:
    """Its directory and its documents: routes, lint and the reference, from the command line."""
    project = tmp_path / os.fsdecode(b"odd \xff #1?")
    (project / "specs").mkdir(parents=True)
    for name in NAMES:
        (project / "specs" / os.fsdecode(name + b".yaml")).write_text(DOCUMENT)
    for arguments in (["routes"], ["lint"], ["docs", "build", project / "site"]):
        process = subprocess.run(
            [*UNDERSTUDY, *arguments, project],
            capture_output=True,
            timeout=PROGRAM_TIMEOUT,
            check=False,
        )
        assert (process.returncode, process.stderr) == (0, b"")
