"""Documents at URLs, and where their references may lead."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.openapi.loading.support import HEAD, file, messages
from tests.support.file_server import serving_files
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.loading import retrieval
from understudy.openapi.loading.loader import load, name_of

ROOT = HEAD.format(version="3.0.3") + (
    'paths: {/a: {get: {responses: {"200": {description: ok, content: '
    "{application/json: {schema: {$ref: REF}}}}}}}}\n"
)


def test_document_at_a_url_refers_to_its_folder() -> None:
    """The references are relative to the URL, after redirects."""
    files = {
        "/api": "-> /v1/pets.api.yaml",
        "/v1/pets.api.yaml": ROOT.replace("REF", "models/a.yaml"),
        "/v1/models/a.yaml": "type: string",
    }
    with serving_files(files) as origin:
        document = load(f"{origin}/api")
        contract = Contract.load(f"{origin}/v1/pets.api.yaml?x=1")
    assert messages(document) == []
    assert document.url == f"{origin}/v1/pets.api.yaml"
    assert document.document["components"]["schemas"] == {"a": {"type": "string"}}
    assert (contract.name, contract.path) == ("pets_api", None)


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("../other/a.yaml", "outside the document's folder; `--allow-refs {origin}/other/` allows"),
        ("/v1/%2e%2e/other/a.yaml", "outside the document's folder"),
        ("{other}/a.yaml", "is on another host; `--allow-refs {host}` allows it"),
        ("file:///etc/passwd", "outside the document's folder; `--allow-refs /etc` allows it"),
        ("moved.yaml", "is on another host"),
        ("none.yaml", "the response has the status 404"),
    ],
)
def test_references_of_a_url_elsewhere_are_refused(ref: str, reason: str) -> None:
    """To another folder, another host (by a redirect too), and to files."""
    with serving_files({"/a.yaml": "type: string"}) as other:
        host = other.removeprefix("http://")
        ref = ref.replace("{other}", other)
        files = {
            "/v1/api.yaml": ROOT.replace("REF", ref),
            "/v1/moved.yaml": f"-> {other}/a.yaml",
            "/other/a.yaml": "type: string",
        }
        with serving_files(files) as origin:
            (problem,) = load(f"{origin}/v1/api.yaml").problems
            assert reason.format(origin=origin, host=host) in problem.message


def test_references_to_allowed_hosts_and_urls_are_followed(tmp_path: Path) -> None:
    """`allowed_refs` has a host with its port, or the beginning of a URL."""
    with serving_files({"/s/a.yaml": "type: string", "/sx.yaml": "type: integer"}) as other:
        path = file(tmp_path, "api.yaml", ROOT.replace("REF", f"{other}/s/a.yaml"))
        for allowed in (other.removeprefix("http://"), other, f"{other}/s", f"{other}/s/"):
            document = load(path, allowed_refs=[allowed])
            assert document.problems == (), allowed
            assert document.document["components"]["schemas"] == {"a": {"type": "string"}}
        path = file(tmp_path, "api.yaml", ROOT.replace("REF", f"{other}/sx.yaml"))
        assert "another host" in load(path, allowed_refs=[f"{other}/s"]).problems[0].message


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "the response has the status 404"),
        ({"/api.yaml": "-> /api.yaml"}, "redirects more than 5 times"),
        ({"/api.yaml": "-> file:///etc/passwd"}, "it redirects to file:///etc/passwd"),
        ({"/api.yaml": "a: ["}, "is not valid YAML or JSON"),
        ({"/api.yaml": "<html></html>"}, "is not an OpenAPI document"),
    ],
)
def test_url_without_a_document_is_refused(files: dict[str, str], reason: str) -> None:
    """In a sentence with the URL."""
    with serving_files(files) as origin, pytest.raises(UsageError) as error:
        load(f"{origin}/api.yaml")
    assert str(error.value).startswith(("cannot read http://127", "http://127"))
    assert reason in str(error.value)


def test_url_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the size, or the time, that a document may have."""
    monkeypatch.setattr(retrieval, "MAX_BYTES", 1000)
    with (
        serving_files({"/api.yaml": "x" * 2000}) as origin,
        pytest.raises(UsageError, match="is larger than"),
    ):
        load(f"{origin}/api.yaml")
    monkeypatch.setattr(retrieval, "TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(UsageError, match="cannot read http://127"):
            load(f"http://127.0.0.1:{silent.getsockname()[1]}/api.yaml")


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """A symbolic link to a file outside is outside; a document that is a link has two folders."""
    outside = file(tmp_path, "secret.yaml", "type: string")
    path = file(tmp_path / "inside", "api.yaml", ROOT.replace("REF", "link.yaml"))
    (path.parent / "link.yaml").symlink_to(outside)
    assert "outside the document's folder" in load(path).problems[0].message


def test_names_of_apis_come_from_paths_and_urls() -> None:
    """Without endings and queries."""
    names = (
        name_of(Path("a/b.v1.yaml")),
        name_of("https://h/x/pets.json?v=1"),
        name_of("http://h/"),
    )
    assert names == ("b_v1", "pets", "api")
