"""`understudy check --traffic`: recordings and expectations, checked against a contract."""

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
from understudy.conformance.traffic.exchange_validator import ExchangeValidator
from understudy.http.messages import Response
from understudy.recordings.recording import build_request
from understudy.serving.project import find_contract

USER = {"user_id": "ada", "email": "ada@example.com"}
HEADERS = {"Authorization": "Api-Key k"}
UUID = "0d4e7a91-3b68-4c15-9f02-7c8d6e5a1b34"
WHOLE = {"user_id": "ada", "uuid": UUID, "created_at": "2026-01-01T00:00:00Z"}
INVALID = json.dumps({**WHOLE, "session_count": "many"})
#: The place of the violation in `INVALID`.
POINTER = "response /session_count"


def check(file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    """Check a recording by the command line; return the exit code, and the report or the error."""
    code = main(["check", "--traffic", str(file), "--api", "zep", "--format", "json", *options])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else err


def written(file: Path, document: Any) -> Path:
    """Write JSON to a file, and return the file."""
    file.write_text(json.dumps(document))
    return file


def places(findings: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return operation, rule and first line of each finding."""
    return [(f["operation"], f["rule"], f["message"].splitlines()[0]) for f in findings]


def send_requests(client: httpx.Client) -> None:
    """Send four requests: two valid ones, one for an unknown user, and an invalid one."""
    client.post("/api/v2/users", json=USER)
    client.get("/api/v2/users/ada")
    client.get("/api/v2/users/nobody")
    client.post("/api/v2/users", json={"user_id": 5})


# An archive


@pytest.fixture
def archive(http: httpx.Client) -> Any:
    """The control API's archive of four requests."""
    send_requests(http)
    return http.get("/_understudy/requests/har").json()


def test_har_of_the_stand_in_conforms(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server conforms; the client's violation is listed, and fails the check only by option."""
    file = written(tmp_path / "requests.json", archive)
    code, report = check(file, capsys)
    assert (code, report["findings"], report["errors"]) == (0, [], [])
    assert report["statuses"] == {"addUser": [201, 400], "getUser": [200, 404]}
    message = 'body /user_id: 5 is not of type "string"'
    assert places(report["client_findings"]) == [("addUser", "request_conformance", message)]
    code, report = check(file, capsys, "--fail-on", "client")
    assert (code, len(report["findings"]), report["client_findings"]) == (1, 1, [])


def test_har_with_invalid_responses_has_findings(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Findings are about a schema with a pointer, a status, and a content type."""
    _, user, unknown_user, invalid = archive["log"]["entries"]
    user["response"]["content"]["text"] = INVALID
    unknown_user["response"]["status"] = 418
    invalid["response"]["headers"] = [{"name": "Content-Type", "value": "text/html"}]
    code, report = check(written(tmp_path / "a", archive), capsys)
    assert code == 1
    rules = {(rule, message.split(":")[0]) for _, rule, message in places(report["findings"])}
    assert rules == {
        ("response_schema_conformance", POINTER),
        ("status_code_conformance", "response"),
        ("content_type_conformance", "response"),
    }


def test_server_gives_no_commands_to_a_job(
    archive: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """GitHub's runner is told to take no line of a text report for a command."""
    archive["log"]["entries"][1]["response"]["content"]["text"] = "::set-output name=a::b"
    file = str(written(tmp_path / "a", archive))
    main(["check", "--traffic", file, "--api", "zep"])
    lines = capsys.readouterr().out.splitlines()
    assert "::set-output name=a::b" in map(str.strip, lines)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main(["check", "--traffic", file, "--api", "zep"])
    first, *others, last = capsys.readouterr().out.splitlines()
    assert others == lines
    assert first == f"::stop-commands::{last.strip(':')}"


def test_har_entries_of_other_servers_are_no_findings(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other hosts and paths are counted; an undocumented operation is the client's violation."""
    entries = archive["log"]["entries"]
    user = entries[1]["request"]["url"]
    others = ["https://cdn.example/app.js", user.replace("/api/v2/users/ada", "/index.html")]
    others.append(user.replace("/api/v2/", "/api/v9/"))
    for url in [*others, "ws://a.example/x", user.replace("users/ada", "nothing")]:
        entries.append(json.loads(json.dumps(entries[1])))
        entries[-1]["request"]["url"] = url
    entries[0]["response"].update(status=0)  # aborted
    code, report = check(written(tmp_path / "a", archive), capsys)
    assert (code, report["findings"]) == (0, [])
    assert "not judged: an exchange is not of this API (2 times)" in report["notes"]
    other = "/api/v9, which this API does not have"
    assert [note for note in report["notes"] if "below the base path" in note and other in note]
    assert "not judged: an exchange is not HTTP: ws" in report["notes"]
    assert "not judged: an exchange had no response" in report["notes"]
    undocumented = [f for f in report["client_findings"] if f["rule"] == "undocumented_operation"]
    assert len(undocumented) == 1
    assert "/nothing" in undocumented[0]["operation"]


def test_har_without_bodies_is_checked_without_them(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Browsers leave bodies out; base64 is decoded."""
    added, user, _, _ = entries = archive["log"]["entries"]
    del added["request"]["postData"]
    del added["response"]["content"]["text"]
    content = user["response"]["content"]
    content.update(text=b64encode(INVALID.encode()).decode(), encoding="base64")
    del entries[2:]
    code, report = check(written(tmp_path / "a", archive), capsys)
    assert code == 1
    assert [message.split(":")[0] for _, _, message in places(report["findings"])] == [POINTER]
    assert report["client_findings"] == []
    assert set(report["notes"]) == {
        "not judged: the body of a request was not recorded",
        "not judged: the body of a response was not recorded",
    }


def test_har_has_requests_in_base64(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """HAR 1.2 has no such encoding; some programs write it all the same."""
    _, plain = check(written(tmp_path / "a", archive), capsys)
    for entry in archive["log"]["entries"]:
        data = entry["request"].get("postData")
        if data:
            data.update(text=b64encode(data["text"].encode()).decode(), encoding="base64")
    _, encoded = check(written(tmp_path / "b", archive), capsys)
    for key in ("findings", "client_findings"):
        assert places(encoded[key]) == places(plain[key])


# Cassettes


@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_cassette_of_vcrpy_is_checked(
    origin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], serializer: str
) -> None:
    """Recorded by vcrpy itself, without the key; and with an invalid response."""
    file = tmp_path / "cassette"
    recorder = vcr.VCR(serializer=serializer, filter_headers=["authorization"])
    with recorder.use_cassette(str(file)), requests.Session() as session:
        session.headers.update(HEADERS)
        assert session.post(f"{origin}/api/v2/users", json=USER).status_code == 201
        assert session.get(f"{origin}/api/v2/users/ada").status_code == 200
    code, report = check(file, capsys)
    assert (code, report["findings"], report["client_findings"], report["requests"]) == (
        0,
        [],
        [],
        2,
    )
    cassette = yaml.safe_load(file.read_text())
    cassette["interactions"][1]["response"]["body"] = {"string": INVALID}
    code, report = check(written(file, cassette), capsys)
    assert code == 1
    assert places(report["findings"])[0][2].startswith(POINTER)


def test_cassette_with_coded_bodies_is_decoded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ruby's VCR and Betamax keep the gzip of the server, in base64."""
    body = {"encoding": "UTF-8", "base64_string": b64encode(compress(INVALID.encode())).decode()}
    headers = {"Content-Type": ["application/json"], "Content-Encoding": ["gzip"]}
    interaction = {
        "request": {"method": "get", "uri": "https://api.example/api/v2/users/ada", "headers": {}},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": body},
    }
    cassette = {"http_interactions": [interaction], "recorded_with": "VCR 6.2.0"}
    file = tmp_path / "cassette.yml"
    file.write_text(yaml.safe_dump(cassette))
    code, report = check(file, capsys)
    assert code == 1
    assert places(report["findings"])[0][2].startswith(POINTER)


# Pacts


def pact(version: int, status: int, response_body: Any, request_body: Any = None) -> Any:
    """Return a Pact file in the format of a version, with one request: to get or add a user."""
    has_lists = version > 2
    headers: Any = {"Content-Type": ["application/json"] if has_lists else "application/json"}

    def body(value: Any) -> Any:
        wrapped = {"contentType": "application/json", "encoded": False, "content": value}
        return wrapped if version == 4 else value

    query: Any = {"limit": ["5"]} if has_lists else "limit=5"
    request = {"method": "GET", "path": "/api/v2/users/ada/sessions", "query": query}
    if request_body is not None:
        request = {"method": "POST", "path": "/users", "headers": headers}
        request["body"] = body(request_body)
    interaction = {
        "description": "a user",
        "request": request,
        "response": {
            "status": status,
            "headers": headers,
            "body": body(response_body),
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
def test_pact_is_checked_against_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], version: int
) -> None:
    """A client may expect fewer fields than there are, and no others; violations have pointers."""
    file = tmp_path / "pact"
    code, report = check(written(file, pact(version, 200, [{"session_id": "s"}])), capsys)
    assert (code, report["findings"], report["statuses"]) == (0, [], {"getUserSessions": [200]})
    code, report = check(written(file, pact(version, 201, {"user_id": "ada"}, USER)), capsys)
    assert (code, report["findings"]) == (0, [])
    invalid = pact(version, 201, {"user_id": 7, "nick": "a"}, {"user_id": "ada", "metadata": 3})
    code, report = check(written(file, invalid), capsys)
    assert code == 1
    messages = sorted(message for _, _, message in places(report["findings"]))
    assert [message.split(":")[0] for message in messages] == [
        "body /metadata",
        "response /nick",
        "response /user_id",
    ]
    code, report = check(written(file, pact(version, 418, None)), capsys)
    assert (code, report["findings"][0]["rule"]) == (1, "status_code_conformance")


def test_pact_for_an_undocumented_operation_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The document does not have it; messages are skipped."""
    document = pact(4, 200, [])
    document["interactions"][0]["request"]["path"] = "/heroes"
    document["interactions"].append({"type": "Asynchronous/Messages", "description": "news"})
    document["interactions"] += pact(4, 200, [])["interactions"]
    code, report = check(written(tmp_path / "pact", document), capsys)
    assert (code, len(report["findings"])) == (1, 1)
    assert report["findings"][0]["rule"] == "undocumented_operation"
    assert report["notes"] == ["not judged: an exchange is a message, not HTTP"]


# The validator


def test_validator_leaves_the_request_unchanged() -> None:
    """It needs the values of path parameters, and writes them into a copy."""
    request, _ = build_request("/api/v2/users/ada", "GET", [], b"")
    response = Response.received(
        200, [("content-type", "application/json")], json.dumps(WHOLE).encode()
    )
    result = ExchangeValidator(find_contract("zep")).validate(request, response)
    assert result.operation is not None
    assert (result.operation.id, result.violations) == ("getUser", ())
    assert request.path_values == ()


# Reports, and files that are not traffic


def test_reports_tell_violations_by_server_and_client_apart(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Violations by the server fail the check, those by the client are notes, in each format."""
    archive["log"]["entries"][1]["response"]["content"]["text"] = INVALID
    file = written(tmp_path / "a", archive)
    expected = {
        "text": ("getUser breaks response_schema_conformance", "the client: addUser breaks"),
        "junit": ('failures="1"', "shape of addUser"),
        "sarif": ('"level": "error"', '"level": "note"'),
        "github": ("::error title=getUser", "::warning title=addUser"),
        "html": ("session_count", "Findings about the client"),
    }
    for file_format, texts in expected.items():
        code = main(["check", "--traffic", str(file), "--api", "zep", "--format", file_format])
        out, _ = capsys.readouterr()
        assert code == 1
        assert all(text in out for text in texts), file_format


def test_baseline_is_for_traffic_too(
    archive: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Findings of an earlier report are accepted, and listed as fixed when they are gone."""
    entries = archive["log"]["entries"]
    valid = entries[1]["response"]["content"]["text"]
    entries[1]["response"]["content"]["text"] = INVALID
    file = written(tmp_path / "a", archive)
    _, report = check(file, capsys)
    baseline = written(tmp_path / "known", report)
    code, report = check(file, capsys, "--baseline", str(baseline))
    assert (code, len(report["baseline"])) == (0, 1)
    entries[1]["response"]["content"]["text"] = valid
    code, report = check(written(file, archive), capsys, "--baseline", str(baseline))
    assert (code, len(report["fixed"])) == (0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is neither JSON nor YAML"),
        ("a: [", "is neither JSON nor YAML"),
        ("hello", "is not an HTTP Archive (HAR), a VCR cassette or a Pact file"),
        ('{"log": {"entries": 5}}', "is not an HTTP Archive"),
        ('{"log": {"entries": [{"request": {}}]}}', "exchange 1 cannot be read"),
        ('{"version": 1, "interactions": [7]}', "is a malformed VCR cassette"),
        ('{"consumer": {}, "provider": {}, "interactions": [{"request": 1}]}', "a malformed Pact"),
        ('{"log": {"entries": []}}', "nothing was judged"),
        ("\ud800", "it is not UTF-8 text"),
    ],
)
def test_file_that_is_no_recording_is_rejected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    """The error is one sentence, and the code is 2."""
    file = tmp_path / "file"
    file.write_bytes(text.encode(errors="surrogatepass"))
    code = main(["check", "--traffic", str(file), "--api", "zep"])
    out, err = capsys.readouterr()
    assert code == 2
    assert message in out + err


def test_check_needs_either_url_or_traffic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither, both, a missing file, and options for servers are rejected by a sentence."""
    for given in ([], ["http://127.0.0.1:1", "--traffic", "x"]):
        assert main(["check", *given, "--api", "zep"]) == 2
        assert "give either the URL of a server or --traffic FILE" in capsys.readouterr().err
    code, error = check(tmp_path / "nowhere", capsys)
    assert (code, "cannot be read" in error) == (2, True)
    for option, *value in (
        ("--tier", "shape"),
        ("--wait-for-time",),
        ("--include-decided",),
        ("--persona", "new"),
    ):
        code, error = check(tmp_path / "nowhere", capsys, option, *value)
        assert (code, f"{option} is for a server" in error) == (2, True)
