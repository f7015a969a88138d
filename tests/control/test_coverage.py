"""The contract coverage of a namespace, the operations, and the places of what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import run

USERS = "/api/v2/users"


def operation(http: httpx.Client, name: str, **query: str) -> dict[str, Any]:
    """Return the coverage of an operation of Zep."""
    answer = http.get("/_understudy/coverage", params={"api": "zep", **query}).json()
    (api,) = answer["apis"]
    (found,) = [each for each in api["operations"] if each["operation"] == name]
    return dict(found)


def test_coverage_counts_what_the_journal_has(http: httpx.Client) -> None:
    """Each namespace has its own; what the journal has dropped does not count."""
    assert operation(http, "addUser")["calls"] == 0
    http.post(USERS, json={"user_id": "ann", "email": "a@example.com"})
    http.post(USERS, json={"user_id": 7})
    http.get("/api/v2/nowhere")
    added = operation(http, "addUser", operation="addUser")
    assert (added["calls"], added["statuses"]["201"], added["statuses"]["400"]) == (2, 1, 1)
    assert added["fields"]["covered"] > 2
    assert "/first_name" in added["untouched"]["Fields of requests"]
    assert "/email" not in added["untouched"]["Fields of requests"]
    answer = http.get("/_understudy/coverage").json()
    assert [api["api"] for api in answer["apis"]] == ["eliza", "zep", "zep4"]
    assert answer["outside"] == {"GET /api/v2/nowhere": 1}
    assert (answer["seen"], answer["removed"]) == (3, 0)
    for _ in range(1000):
        http.get("/nowhere")
    answer = http.get("/_understudy/coverage").json()
    assert (answer["seen"], answer["removed"]) == (1003, 3)
    assert answer["notes"] == {"an exchange is no longer in the journal": 3}
    assert operation(http, "addUser")["calls"] == 0
    assert http.get("/_understudy/coverage?operation=addUsr").status_code == 404


def test_downloads_are_reports_of_the_command(http: httpx.Client, tmp_path: Path) -> None:
    """`understudy coverage` reads the JSON again; both are files, no pages of this server."""
    http.get(f"{USERS}/ann")
    report = http.get("/_understudy/coverage/json")
    page = http.get("/_understudy/coverage/html")
    assert {each.headers["content-disposition"] for each in (report, page)} == {"attachment"}
    assert "Contract coverage" in page.text
    (tmp_path / "coverage.json").write_text(report.text)
    names = [name for api in report.json()["apis"] for name in ("--api", api["api"])]
    merged = run("coverage", "coverage.json", *names, "--format", "json", cwd=tmp_path)
    assert json.loads(merged.stdout)["totals"] == report.json()["totals"]


def test_operations_are_listed_with_their_names(http: httpx.Client) -> None:
    """In the documents' order, of all APIs or of one."""
    everything = http.get("/_understudy/operations").json()
    zep = http.get("/_understudy/operations?api=zep").json()
    assert [each for each in everything if each["api"] == "zep"] == zep
    (found,) = [each for each in zep if each["operation"] == "getUser"]
    assert (found["method"], found["path"]) == ("GET", "/api/v2/users/{userId}")
    assert found["parameters"] == [{"in": "path", "name": "userId"}]
    assert {"200", "404"} <= {*found["statuses"]}
    assert http.get("/_understudy/operations?api=zap").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "at"),
    [
        ("faults", {"when": {"operation": "getUsr"}, "then": {"status": 500}}, "/when/operation"),
        ("faults", {"when": {"api": "zap"}, "then": {"status": 500}}, "/when/api"),
        ("faults", {"then": {"status": 500, "headers": {"a/b": ""}}}, "/then/headers/a~1b"),
        (
            "faults",
            {
                "when": {"operation": "getUser"},
                "then": {"responses": [{}, {"status": 200, "example": "odd"}]},
            },
            "/then/responses/1/example",
        ),
        (
            "schedule",
            {
                "after": {"when": {"operation": "getUsr"}},
                "request": {"method": "GET", "path": "/"},
            },
            "/after/when/operation",
        ),
        (
            "schedule",
            {"in": "1s", "request": {"method": "GET", "path": "/_understudy/x"}},
            "/request/path",
        ),
        ("webhooks/episode.processed", {}, "/url"),
        ("webhooks/episode.processed", {"url": "ftp://x"}, "/url"),
    ],
)
def test_refusal_has_its_place(http: httpx.Client, path: str, body: Any, at: str) -> None:
    """A form shows it at the field; the message is that of the whole problem."""
    problem = http.post(f"/_understudy/{path}", json=body).json()
    (violation,) = problem["violations"]
    assert (violation["where"], violation["at"]) == ("body", at)
    assert violation["message"] == problem["detail"]
