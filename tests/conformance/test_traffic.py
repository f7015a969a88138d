"""`understudy check --traffic`: what others recorded, or expect, held against a contract."""

from __future__ import annotations

import json
from base64 import b64encode
from gzip import compress
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import vcr
import yaml

from understudy.cli import main

USER = {"user_id": "ada", "email": "ada@example.com"}
HEADERS = {"Authorization": "Api-Key k"}
UUID = "0d4e7a91-3b68-4c15-9f02-7c8d6e5a1b34"
WHOLE = {"user_id": "ada", "uuid": UUID, "created_at": "2026-01-01T00:00:00Z"}
BROKEN = json.dumps({**WHOLE, "session_count": "many"})
#: The rule that `BROKEN` breaks, and where.
POINTER = "response /session_count"


def judge(file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    """What the command line makes of a file: its code, and the report or the complaint."""
    code = main(["check", "--traffic", str(file), "--api", "zep", "--format", "json", *options])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else err


def written(file: Path, told: Any) -> Path:
    """The file, with this as JSON."""
    file.write_text(json.dumps(told))
    return file


def places(findings: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Operation, rule and first line of each finding."""
    return [(f["operation"], f["rule"], f["message"].splitlines()[0]) for f in findings]


def talk(client: httpx.Client) -> None:
    """Four requests: two that are well, one for nobody, and one that the client gets wrong."""
    client.post("/api/v2/users", json=USER)
    client.get("/api/v2/users/ada")
    client.get("/api/v2/users/nobody")
    client.post("/api/v2/users", json={"user_id": 5})


# An archive


@pytest.fixture
def archive(http: httpx.Client) -> Any:
    """What the side door exports of a talk."""
    talk(http)
    return http.get("/_understudy/requests/har").json()


def test_our_own_archive_is_clean(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server conforms; what its client got wrong is told, and fails it only where asked."""
    file = written(tmp_path / "talk.json", archive)
    code, report = judge(file, capsys)
    assert (code, report["findings"], report["errors"]) == (0, [], [])
    assert report["statuses"] == {"addUser": [201, 400], "getUser": [200, 404]}
    wrong = 'body /user_id: 5 is not of type "string"'
    assert places(report["clients"]) == [("addUser", "request_conformance", wrong)]
    code, report = judge(file, capsys, "--fail-on", "client")
    assert (code, len(report["findings"]), report["clients"]) == (1, 1, [])


def test_a_broken_answer_in_an_archive_is_found(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By schema at its pointer, by status, and by content type."""
    _, user, nobody, wrong = archive["log"]["entries"]
    user["response"]["content"]["text"] = BROKEN
    nobody["response"]["status"] = 418
    wrong["response"]["headers"] = [{"name": "Content-Type", "value": "text/html"}]
    code, report = judge(written(tmp_path / "a", archive), capsys)
    assert code == 1
    found = {(rule, message.split(":")[0]) for _, rule, message in places(report["findings"])}
    assert found == {
        ("response_schema_conformance", POINTER),
        ("status_code_conformance", "response"),
        ("content_type_conformance", "response"),
    }


def test_what_is_not_of_the_api_is_no_finding(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other hosts and paths are counted; an operation that is lacking is the client's fault."""
    entries = archive["log"]["entries"]
    own = entries[1]["request"]["url"]
    others = ["https://cdn.example/app.js", own.replace("/api/v2/users/ada", "/index.html")]
    strangers = [*others, "ws://a.example/x", own.replace("users/ada", "nothing")]
    for url in strangers:
        entries.append(json.loads(json.dumps(entries[1])))
        entries[-1]["request"]["url"] = url
    entries[0]["response"].update(status=0)  # aborted
    code, report = judge(written(tmp_path / "a", archive), capsys)
    assert (code, report["findings"]) == (0, [])
    assert "not judged: an exchange is not of this API (2 times)" in report["notes"]
    told = {"not judged: an exchange is no HTTP: ws", "not judged: an exchange had no answer"}
    assert told <= set(report["notes"])
    lacking = [f for f in report["clients"] if f["rule"] == "undocumented_operation"]
    assert len(lacking) == 1
    assert "/nothing" in lacking[0]["operation"]


def test_bodies_that_an_archive_lacks_are_not_judged(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As browsers leave them out; base64 is read."""
    added, user, _, _ = entries = archive["log"]["entries"]
    del added["request"]["postData"]
    del added["response"]["content"]["text"]
    content = user["response"]["content"]
    content.update(text=b64encode(BROKEN.encode()).decode(), encoding="base64")
    del entries[2:]
    code, report = judge(written(tmp_path / "a", archive), capsys)
    assert code == 1
    assert [message.split(":")[0] for _, _, message in places(report["findings"])] == [POINTER]
    assert report["clients"] == []
    assert set(report["notes"]) == {
        "not judged: the body of a request was not recorded",
        "not judged: the body of a response was not recorded",
    }


# Cassettes


@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_a_cassette_of_vcrpy_is_judged(
    origin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], serializer: str
) -> None:
    """Recorded by vcrpy itself, without the key; and with a broken answer."""
    file = tmp_path / "cassette"
    recorder = vcr.VCR(serializer=serializer, filter_headers=["authorization"])
    with recorder.use_cassette(str(file)), requests.Session() as session:
        session.headers.update(HEADERS)
        assert session.post(f"{origin}/api/v2/users", json=USER).status_code == 201
        assert session.get(f"{origin}/api/v2/users/ada").status_code == 200
    code, report = judge(file, capsys)
    assert (code, report["findings"], report["clients"], report["requests"]) == (0, [], [], 2)
    told = yaml.safe_load(file.read_text())
    told["interactions"][1]["response"]["body"] = {"string": BROKEN}
    code, report = judge(written(file, told), capsys)
    assert code == 1
    assert places(report["findings"])[0][2].startswith(POINTER)


def test_coded_bodies_of_a_cassette_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Ruby's VCR and Betamax keep them: base64, and gzip within."""
    body = {"encoding": "UTF-8", "base64_string": b64encode(compress(BROKEN.encode())).decode()}
    headers = {"Content-Type": ["application/json"], "Content-Encoding": ["gzip"]}
    one = {
        "request": {"method": "get", "uri": "https://api.example/api/v2/users/ada", "headers": {}},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": body},
    }
    told = {"http_interactions": [one], "recorded_with": "VCR 6.2.0"}
    file = tmp_path / "cassette.yml"
    file.write_text(yaml.safe_dump(told))
    code, report = judge(file, capsys)
    assert code == 1
    assert places(report["findings"])[0][2].startswith(POINTER)


# Pacts


def pact(version: int, status: int, answer: Any, asked: Any = None) -> Any:
    """What a client expects, in the words of a version of Pact: one user, found or made."""
    lists = version > 2
    kind: Any = {"Content-Type": ["application/json"] if lists else "application/json"}

    def body(value: Any) -> Any:
        json_of = {"contentType": "application/json", "encoded": False, "content": value}
        return json_of if version == 4 else value

    query: Any = {"limit": ["5"]} if lists else "limit=5"
    request = {"method": "GET", "path": "/api/v2/users/ada/sessions", "query": query}
    if asked is not None:
        request = {"method": "POST", "path": "/users", "headers": kind, "body": body(asked)}
    interaction = {
        "description": "a user",
        "request": request,
        "response": {
            "status": status,
            "headers": kind,
            "body": body(answer),
            "matchingRules": {"$.body.user_id": {"match": "type"}},
        },
    }
    if version == 4:
        interaction["type"] = "Synchronous/HTTP"
    return {
        "consumer": {"name": "shop"},
        "provider": {"name": "memory"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": f"{version}.0"}},
    }


@pytest.mark.parametrize("version", [2, 3, 4])
def test_a_pact_is_held_against_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], version: int
) -> None:
    """A client may expect less than there is, and nothing else; each breach has its pointer."""
    file = tmp_path / "pact"
    code, report = judge(written(file, pact(version, 200, [{"session_id": "s"}])), capsys)
    assert (code, report["findings"], report["statuses"]) == (0, [], {"getUserSessions": [200]})
    code, report = judge(written(file, pact(version, 201, {"user_id": "ada"}, USER)), capsys)
    assert (code, report["findings"]) == (0, [])
    wrong = pact(version, 201, {"user_id": 7, "nick": "a"}, {"user_id": "ada", "metadata": 3})
    code, report = judge(written(file, wrong), capsys)
    assert code == 1
    messages = sorted(message for _, _, message in places(report["findings"]))
    assert [message.split(":")[0] for message in messages] == [
        "body /metadata",
        "response /nick",
        "response /user_id",
    ]
    code, report = judge(written(file, pact(version, 418, None)), capsys)
    assert (code, report["findings"][0]["rule"]) == (1, "status_code_conformance")


def test_a_pact_for_what_is_not_there_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operation that the document does not have; messages are passed over."""
    told = pact(4, 200, [])
    told["interactions"][0]["request"]["path"] = "/heroes"
    told["interactions"].append({"type": "Asynchronous/Messages", "description": "news"})
    told["interactions"] += pact(4, 200, [])["interactions"]
    code, report = judge(written(tmp_path / "pact", told), capsys)
    assert (code, len(report["findings"])) == (1, 1)
    assert report["findings"][0]["rule"] == "undocumented_operation"
    assert report["notes"] == ["not judged: an exchange is a message, no HTTP"]


# Reports, and what is no traffic


def test_every_report_tells_whose_fault_it_is(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Findings of the server fail, those of the client are notes, in each form."""
    archive["log"]["entries"][1]["response"]["content"]["text"] = BROKEN
    file = written(tmp_path / "a", archive)
    wanted = {
        "text": ("getUser breaks response_schema_conformance", "the client's fault: addUser"),
        "junit": ('failures="1"', "shape of addUser"),
        "sarif": ('"level": "error"', '"level": "note"'),
        "github": ("::error title=getUser", "::warning title=addUser"),
        "html": ("session_count", "Faults of the client"),
    }
    for form, texts in wanted.items():
        code = main(["check", "--traffic", str(file), "--api", "zep", "--format", form])
        out, _ = capsys.readouterr()
        assert code == 1
        assert all(text in out for text in texts), form


def test_a_baseline_holds_for_traffic(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What an earlier report found is known; and mended once it is gone."""
    entries = archive["log"]["entries"]
    good = entries[1]["response"]["content"]["text"]
    entries[1]["response"]["content"]["text"] = BROKEN
    file = written(tmp_path / "a", archive)
    _, report = judge(file, capsys)
    baseline = written(tmp_path / "known", report)
    code, report = judge(file, capsys, "--baseline", str(baseline))
    assert (code, len(report["known"])) == (0, 1)
    entries[1]["response"]["content"]["text"] = good
    code, report = judge(written(file, archive), capsys, "--baseline", str(baseline))
    assert (code, len(report["mended"])) == (0, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is neither JSON nor YAML"),
        ("a: [", "is neither JSON nor YAML"),
        ("hello", "is no HTTP Archive (HAR), VCR cassette or Pact file"),
        ('{"log": {"entries": 5}}', "is no HTTP Archive"),
        ('{"log": {"entries": [{"request": {}}]}}', "its exchange 1 cannot be read"),
        ('{"version": 1, "interactions": [7]}', "is a broken VCR cassette"),
        ('{"consumer": {}, "provider": {}, "interactions": [{"request": 1}]}', "a broken Pact"),
        ('{"log": {"entries": []}}', "nothing was judged"),
        ("\ud800", "is no text"),
    ],
)
def test_what_is_no_traffic_gets_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    """And the code 2."""
    file = tmp_path / "file"
    file.write_bytes(text.encode(errors="surrogatepass"))
    code = main(["check", "--traffic", str(file), "--api", "zep"])
    out, err = capsys.readouterr()
    assert code == 2
    assert told in out + err


def test_one_of_url_and_traffic_is_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither, or both, is a sentence; so is a file that is not there."""
    for given in ([], ["http://127.0.0.1:1", "--traffic", "x"]):
        assert main(["check", *given, "--api", "zep"]) == 2
        assert "one of the two" in capsys.readouterr().err
    code, told = judge(tmp_path / "nowhere", capsys)
    assert (code, "cannot be read" in told) == (2, True)
    code, told = judge(tmp_path / "nowhere", capsys, "--tier", "shape")
    assert (code, "--tier is for a server" in told) == (2, True)
