"""`understudy coverage`: from a running stand-in, recordings and its own reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.plugin_project import PETS
from tests.support.server import Server
from understudy.cli import main

USED = ("--used", "addUser", "--used", "getUser", "--used", "deleteUser")


def report(
    capsys: pytest.CaptureFixture[str], *arguments: str, api: str = "zep"
) -> tuple[int, Any]:
    """Run the command; return the exit code, and the JSON report or the error."""
    code = main(["coverage", "--api", api, "--format", "json", *arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else err


def calls(document: Any) -> dict[str, int]:
    """Return how often each operation was called that was."""
    operations = (o for api in document["apis"] for o in api["operations"])
    return {o["id"]: o["calls"] for o in operations if o["calls"]}


def send(http: httpx.Client) -> None:
    """Send three requests, one of them to a path that the contract does not have."""
    http.post("/api/v2/users", json={"user_id": "ada", "first_name": "Ada"})
    http.get("/api/v2/users/ada")
    http.get("/api/v2/nope")


def test_journal_archive_and_report_agree(
    http: httpx.Client, origin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A namespace by its URL, its HAR, and the JSON report of either have the same coverage; two
    sources add up."""
    send(http)
    code, document = report(capsys, origin, *USED)
    assert (code, calls(document)) == (0, {"addUser": 1, "getUser": 1})
    assert document["totals"]["operations"] == {"covered": 2, "of": 3, "percentage": 66.6}
    assert document["outside"] == {"GET /api/v2/nope": 1}
    (added,) = (o for o in document["apis"][0]["operations"] if o["id"] == "addUser")
    assert added["statuses"]["201"] == 1
    assert {f for f, n in added["request_fields"].items() if n} == {"/user_id", "/first_name"}

    archive, written = tmp_path / "it.har", tmp_path / "it.json"
    archive.write_text(http.get("/_understudy/requests/har").text)
    assert report(capsys, str(archive), *USED) == (0, document)
    written.write_text(json.dumps(document))
    assert report(capsys, str(written), *USED) == (0, document)
    _, sum_of_both = report(capsys, str(written), str(archive), *USED)
    assert calls(sum_of_both) == {"addUser": 2, "getUser": 2}


def test_lost_exchanges_are_noted(
    http: httpx.Client, origin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A journal keeps a number of bytes: the report says how many exchanges are gone."""
    for _ in range(5):
        http.post("/api/v2/graph", json={"type": "text", "data": "x" * 3_900_000})
    _, document = report(capsys, origin)
    assert document["notes"]["an exchange is no longer in the journal"] >= 1


def test_pact_and_cassette_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A Pact's paths may begin below the base path."""
    pact, cassette = tmp_path / "pact.json", tmp_path / "cassette.yaml"
    request = {"method": "GET", "path": "/users/ada"}
    response = {"status": 200, "body": {"user_id": "ada"}}
    interaction = {"description": "a user", "request": request, "response": response}
    pact.write_text(json.dumps({"consumer": {}, "provider": {}, "interactions": [interaction] * 2}))
    uri = "https://api.example.com/api/v2/users/ada"
    sent: Any = {"method": "DELETE", "uri": uri, "headers": {}, "body": None}
    received = {"status": {"code": 200}, "headers": {}, "body": {"string": "{}"}}
    recorded = {"version": 1, "interactions": [{"request": sent, "response": received}]}
    cassette.write_text(yaml.safe_dump(recorded))
    code, document = report(capsys, str(pact), str(cassette))
    assert (code, calls(document)) == (0, {"getUser": 2, "deleteUser": 1})


def test_project_and_document_are_apis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code says whether enough was called; the text says what was not."""
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "pets.yaml").write_text(PETS)
    archive = tmp_path / "it.har"
    url = "http://127.0.0.1:3000/_ns/x/shop/pets"
    entry = {
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": 200, "headers": [], "content": {}},
    }
    archive.write_text(json.dumps({"log": {"entries": [entry]}}))
    for api in (tmp_path, specs / "pets.yaml"):
        assert main(["coverage", str(archive), "--api", str(api), "--fail-under", "50"]) == 0
    assert main(["coverage", str(archive), "--api", str(api), "--fail-under", "51"]) == 1
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert lines == [
        "pets, not called: getPet",
        "called 1 of 2 used operations: 50 %",
        "FAIL: 50 % of the used operations were called; at least 51 % must be",
    ]
    page = tmp_path / "it.html"
    options = ["--format", "html", "--output", str(page)]
    assert main(["coverage", str(archive), "--api", str(tmp_path), *options]) == 0
    assert "50 % of the operations" in page.read_text()


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("{url}/api/v2", (), "is not the URL of a stand-in"),
        ("{url}/_ns/a%20b", (), "is not the URL of a stand-in"),
        ("http://127.0.0.1:1", (), "does not respond"),
        ("missing.har", (), "cannot be read"),
        ("{url}", ("--used", "getUsr"), "did you mean 'getUser'"),
        ("{url}", ("--fail-under", "101"), "is not a number from 0 to 100"),
        ("{url}", ("--output", "missing/it.html"), "does not exist"),
    ],
)
def test_wrong_use_is_one_sentence(
    server: Server,
    source: str,
    options: tuple[str, ...],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exit code is 2, and the sentence says what to do."""
    code, error = report(capsys, source.format(url=server.url), *options)
    assert code == 2
    assert message in error.splitlines()[-1]
