"""Untidy documents, documents of several places, and URLs on the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml

from tests.support.file_server import serving_files
from tests.support.server import running
from tests.support.timeouts import PROGRAM_TIMEOUT

UNTIDY = """\
openapi: 3.0.3
info: {title: Untidy, version: 1.0}
paths:
  /a:
    get:
      operationId: getA
      responses: {"200": {content: {application/json: {schema: {$ref: OTHER}}}}}
  /b: {get: {responses: {"200": {description: OK, content: {text/plain: {example: b}}}}}}
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `understudy` with these arguments."""
    command = [sys.executable, "-m", "understudy", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_TIMEOUT)


def untidy(directory: Path, ref: str = "'#/none'") -> Path:
    """Write an untidy document, and return its path."""
    path = directory / "untidy.yaml"
    path.write_text(UNTIDY.replace("OTHER", ref))
    return path


def test_serve_starts_with_untidy_documents(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A warning for each problem, with its line and pointer; the operations answer."""
    path = untidy(tmp_path)
    with running(str(path)) as server:
        assert httpx.get(f"{server.url}/a").status_code == 200
        assert httpx.get(f"{server.url}/b").text == "b"
    place = "#/paths/~1a/get/responses/200"
    assert capfd.readouterr().err.splitlines() == [
        f"warning: {path}:2: #/info/version: is 1.0, and must be a text; put quotes around it",
        f"warning: {path}:7: {place}/content/application~1json/schema: the reference leads to "
        "#/none: nothing is there; it is left out",
        f"warning: {path}:7: {place}: has no `description`, which is required; add it",
    ]


def test_serve_prints_ten_warnings_at_most(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Then the number of the others, and the command that lists them."""
    path = tmp_path / "api.yaml"
    paths = "".join(f"  /p{number}: {{get: {{}}}}\n" for number in range(15))
    path.write_text(f"openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n{paths}")
    with running(str(path)):
        pass
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 11
    assert lines[-1] == f"warning: {path}: 5 more; `understudy lint {path}` lists all"


def test_strict_documents_are_refused(tmp_path: Path) -> None:
    """With the first problem, and code 2."""
    path = untidy(tmp_path)
    process = run("serve", "--port", "0", "--strict-documents", str(path))
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr.startswith(f"understudy: {path} has 3 problems: {path}:2: error: #/info")
    assert process.stderr.endswith(f"`understudy lint {path}` lists all\n")


@pytest.mark.parametrize("command", ["serve", "lint", "routes"])
def test_references_elsewhere_need_an_option(tmp_path: Path, command: str) -> None:
    """`--allow-refs`, with the host."""
    with serving_files({"/a.yaml": "{type: string, example: remote}"}) as origin:
        host = origin.removeprefix("http://")
        path = str(untidy(tmp_path, f"{origin}/a.yaml"))
        option = ("--allow-refs", host)
        if command == "serve":
            with running(path, *option) as server:
                assert httpx.get(f"{server.url}/a").json() == "remote"
        elif command == "lint":
            message = f"is on another host; `--allow-refs {host}` allows it"
            assert message in run("lint", path).stdout
            assert message not in run("lint", path, *option).stdout
        else:
            assert run("routes", path, *option).stdout.count("\n") == 2


def test_document_is_served_from_a_url() -> None:
    """Its name is that of the file; its page has it with what it refers to."""
    text = UNTIDY.replace("OTHER", "models/a.yaml")
    files = {"/v1/pets.yaml": text, "/v1/models/a.yaml": "{type: string, example: x}"}
    with serving_files(files) as origin:
        with running(f"{origin}/v1/pets.yaml") as server:
            assert httpx.get(f"{server.url}/a").json() == "x"
            served = yaml.safe_load(httpx.get(f"{server.url}/_understudy/specs/pets.yaml").text)
            assert served["info"] == {"title": "Untidy", "version": 1.0}
            assert "models/a.yaml" not in str(served)
            document = httpx.get(f"{server.url}/_understudy/specs/pets.json").json()
            assert (document["openapi"], document["info"]["version"]) == ("3.0.3", 1.0)
        process = run("diff", f"{origin}/v1/pets.yaml", f"{origin}/v1/pets.yaml")
        assert process.returncode == 0
        assert run("serve", f"{origin}/none.yaml").stderr == (
            f"understudy: cannot read {origin}/none.yaml: the response has the status 404\n"
        )


def test_swagger_page_of_2_0_has_this_server(tmp_path: Path) -> None:
    """The document stays 2.0; its host is left out."""
    path = tmp_path / "old.yaml"
    path.write_text(
        'swagger: "2.0"\ninfo: {title: Old, version: "1"}\nhost: a.com\nbasePath: /v1\n'
        "paths: {/a: {get: {produces: [text/plain], responses: "
        "{200: {description: OK, schema: {type: string}, examples: {text/plain: old}}}}}}\n"
    )
    with running(str(path)) as server:
        assert httpx.get(f"{server.url}/v1/a").text == "old"
        document = httpx.get(f"{server.url}/_understudy/specs/old.json").json()
    assert (document["swagger"], document["basePath"]) == ("2.0", "/v1")
    assert "host" not in document
