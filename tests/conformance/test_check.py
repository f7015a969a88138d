"""`check`: finds what a broken server does wrong, with proof, and lets a correct one pass."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.coverage import unmeasured
from tests.support.server import run, serving
from understudy.app import Understudy
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import as_text
from understudy.openapi.credentials import resolve_base_url
from understudy.serving.project import find_contract, load

Send = Callable[[dict[str, Any]], Awaitable[None]]
ResponseChange = Callable[[dict[str, Any], dict[str, Any], bytes], tuple[int, bytes]]


def changed_app(change_response: ResponseChange) -> Any:
    """Return our app with changed responses: status and body, by scope and response."""
    app = Understudy(load([]))

    async def wrapped(scope: dict[str, Any], receive: Any, send: Send) -> None:
        start: dict[str, Any] = {}

        async def change(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            status, body = change_response(scope, start, message.get("body", b""))
            start["headers"] = [h for h in start["headers"] if h[0] != b"content-length"]
            await send({**start, "status": status})
            await send({**message, "body": body})

        await app(scope, receive, change)

    return wrapped


def end_renames_a_field(
    scope: dict[str, Any], start: dict[str, Any], body: bytes
) -> tuple[int, bytes]:
    """POST end has `ended_at` as a number."""
    if scope["path"].endswith("/end") and start["status"] == 200:
        document = json.loads(body)
        if "session" in document:
            document["session"]["ended_at"] = 1
        return 200, json.dumps(document).encode()
    return start["status"], body


def unknown_sessions_are_a_server_error(
    scope: dict[str, Any], start: dict[str, Any], body: bytes
) -> tuple[int, bytes]:
    """GET session has status 500 instead of 404."""
    if start["status"] == 404 and scope["method"] == "GET" and "/sessions/" in scope["path"]:
        return 500, b'{"message":"oops"}'
    return start["status"], body


def invalid_requests_are_accepted(
    scope: dict[str, Any], start: dict[str, Any], body: bytes
) -> tuple[int, bytes]:
    """Status 200 instead of 400."""
    if start["status"] == 400:
        return 200, b"{}"
    return start["status"], body


@pytest.mark.parametrize(
    ("change_response", "operation", "rule"),
    [
        (end_renames_a_field, "endSession", "response_schema_conformance"),
        (unknown_sessions_are_a_server_error, "getSession", "not_a_server_error"),
        (invalid_requests_are_accepted, "addUser", "negative_data_rejection"),
    ],
)
def test_check_finds_a_broken_server(
    change_response: ResponseChange, operation: str, rule: str
) -> None:
    """The finding names the operation and the rule, and its curl lines repeat the failure."""
    with serving(changed_app(change_response)) as url:
        options = CheckOptions(max_examples=3, only=frozenset({operation, "addSession"}))
        report = check(find_contract("zep"), url, options, api_key="k")
        assert not report.conforms
        findings = [f for f in report.findings if (f.operation, f.rule) == (operation, rule)]
        assert findings, as_text(report)
        for line in findings[0].curl:
            repeated = subprocess.run(
                ["bash", "-c", f"{line} -s -o /dev/null -w '%{{http_code}}'"],
                capture_output=True,
                text=True,
                check=True,
            )
        assert repeated.stdout in ("200", "500")


def test_a_check_of_schemathesis_is_skipped_by_its_name() -> None:
    """Its findings are not reported, by whatever tier; those of others are."""
    broken = frozenset({"an-ended-session-refuses-memory", "endSession"})
    zep = find_contract("zep")
    skipped = frozenset({"response_schema_conformance"})
    options = CheckOptions(only=broken, skip=skipped, max_examples=1)
    with serving(changed_app(end_renames_a_field)) as url:
        report = check(zep, url, options, rules=rules_of(zep, zep.path), api_key="k")
        assert report.coverage.requests
        assert not [f for f in report.findings if f.rule in skipped], as_text(report)


def test_check_validates_the_responses_to_rules() -> None:
    """Rules reach states that random requests seldom reach."""
    zep = find_contract("zep")
    chosen = frozenset({"an-ended-session-refuses-memory", "endSession"})
    options = CheckOptions(only=chosen, max_examples=1)
    with serving(changed_app(end_renames_a_field)) as url:
        report = check(zep, url, options, rules=rules_of(zep, zep.path), api_key="k")
    (finding,) = [f for f in report.findings if f.rule == "response_schema_conformance"]
    assert finding.operation == "endSession"
    assert "/session/ended_at" in finding.message
    assert len(finding.curl) == len(finding.exchanges) >= 3


def test_text_report_has_operation_rule_curl_and_verdict() -> None:
    """The verdict is the last line."""
    with serving(changed_app(end_renames_a_field)) as url:
        chosen = ("--only", "endSession", "--only", "addSession", "--max-examples", "2")
        process = run("check", url, "--api", "zep", "--api-key", "k", "--tier", "shape", *chosen)
        assert process.returncode == 1
        assert "endSession breaks response_schema_conformance: Response violates schema" in (
            process.stdout
        )
        assert "    curl -X POST -H 'Authorization: Api-Key k'" in process.stdout
        last = process.stdout.splitlines()[-1]
        assert last.startswith(f"{url}/api/v2 breaks the contract of zep: ")


def test_stand_in_conforms_over_http(origin: str) -> None:
    """Both tiers, all phases and checks of Schemathesis: no findings, and code 0.

    The other documents are checked by Schemathesis's own command, in tests/fuzz.
    """
    chosen = ("--api", "eliza", "--max-examples", "5")
    process = run("check", origin, *chosen, env=unmeasured())  # Schemathesis does most of it
    assert process.returncode == 0, process.stdout
    assert "(132 of 132 operations, " in process.stdout


def test_check_of_a_server_that_rejects_every_key_exits_with_2() -> None:
    """Status 401 to every request proves nothing; the report asks about the key."""

    async def rejects(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"message":"unauthorized"}'})

    with serving(rejects) as url:
        chosen = ("--only", "sessions", "--max-examples", "2")
        process = run("check", url, "--api", "zep", "--api-key", "k", *chosen)
    assert process.returncode == 2, process.stdout
    assert "is the key right?" in process.stdout


def test_app_conforms_in_process() -> None:
    """The same check, without a socket."""
    report = check(
        find_contract("zep"),
        "http://stand-in",
        CheckOptions(max_examples=5, only=frozenset({"sessions"})),
        api_key="k",
        app=Understudy(load([])),
    )
    assert report.conforms, as_text(report)
    assert report.coverage.requests > 100


@pytest.mark.parametrize("url", ["http://h:1/api/v2", "http://h:1", "h:1/", "http://h:1/api/v2/"])
def test_base_url_is_derived_from_client_url_or_origin(url: str) -> None:
    """The URL is given with or without the base path."""
    assert resolve_base_url(find_contract("zep"), url) == "http://h:1/api/v2"
    assert resolve_base_url(find_contract("eliza"), "http://h:1/_ns/x") == "http://h:1/_ns/x"
