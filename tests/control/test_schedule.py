"""Planned requests: state that changes by itself."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.stories import ADA, AGENT

NOON = "2026-01-01T12:00:00Z"
SESSION = "/api/v2/sessions/s"
AUTH = {"Authorization": "Api-Key test"}


@pytest.fixture
def zep(http: httpx.Client) -> httpx.Client:
    """A namespace at noon, with a session `s`."""
    http.post("/_understudy/clock", json={"freeze": NOON})
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/api/v2/sessions", json={"session_id": "s", "user_id": "ann"})
    return http


def plan(http: httpx.Client, request: dict[str, Any], **when: Any) -> dict[str, Any]:
    """Plan a request of the test's key; how it is listed."""
    told = {"request": {"headers": AUTH, **request}, **when}
    answer = http.post("/_understudy/schedule", json=told)
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    return planned


def end(path: str = SESSION) -> dict[str, Any]:
    """The request that ends a session."""
    return {"method": "POST", "path": f"{path}/end", "body": {}}


def advance(http: httpx.Client, duration: str) -> None:
    """Let time pass."""
    assert http.post("/_understudy/clock", json={"advance": duration}).status_code == 200


def ended_at(http: httpx.Client) -> str | None:
    """When the session was ended."""
    found: str | None = http.get(SESSION).json().get("ended_at")
    return found


def listed(http: httpx.Client) -> list[tuple[str, int | None]]:
    """Ids and statuses of what is planned."""
    return [(one["id"], one["status"]) for one in http.get("/_understudy/schedule").json()]


def test_a_session_is_ended_in_5_minutes(zep: httpx.Client) -> None:
    """Not before; and then at the planned moment, however late somebody looks."""
    planned = plan(zep, end(), **{"in": "PT5M"})
    assert planned["due"] == "2026-01-01T12:05:00.000000Z"
    advance(zep, "PT4M59S")
    assert ended_at(zep) is None
    advance(zep, "PT1H")
    assert ended_at(zep) == "2026-01-01T12:05:00Z"
    assert zep.patch(SESSION, json={"metadata": {"a": 1}}).status_code == 409
    assert zep.get("/_understudy/clock").json()["now"] == "2026-01-01T13:04:59.000000Z"


def test_a_session_is_ended_at_a_moment(zep: httpx.Client) -> None:
    """In any time zone; one in the past is due at once, at its own time."""
    plan(zep, end(), at="2026-01-01T15:00:00+02:00")
    advance(zep, "PT59M")
    assert ended_at(zep) is None
    advance(zep, "PT1M")
    assert ended_at(zep) == "2026-01-01T13:00:00Z"
    plan(zep, {"method": "POST", "path": "/api/v2/users", "body": {"user_id": "eve"}}, at=NOON)
    assert zep.get("/api/v2/users/eve").json()["created_at"] == NOON


def test_a_session_is_ended_after_3_reads(zep: httpx.Client) -> None:
    """The third reader still sees it open; other requests do not count."""
    plan(zep, end(), after={"when": {"operation": "getSession", "status": 200}, "times": 3})
    zep.get("/api/v2/sessions/none")
    zep.get("/api/v2/users/ann")
    assert [ended_at(zep) for _ in range(4)] == [None, None, None, NOON]


def test_an_eliza_session_ends_by_itself(http: httpx.Client) -> None:
    """Of any API, without a key where it needs none; a running clock does as well."""
    session = http.post("/api/messaging/sessions", json={"agentId": AGENT, "userId": ADA}).json()
    path = f"/api/messaging/sessions/{session['sessionId']}"
    plan(http, {"method": "DELETE", "path": path}, **{"in": "PT60S"})
    assert http.get(path).status_code == 200
    advance(http, "PT1M")
    assert http.get(path).status_code in (404, 410)


def test_what_is_due_is_done_in_the_order_of_its_moments(zep: httpx.Client) -> None:
    """Whenever it was planned; at the same moment, as it was planned."""
    for minutes, name in ((2, "c"), (1, "a"), (2, "d"), (1, "b")):
        body = {"user_id": name}
        request = {"method": "POST", "path": "/api/v2/users", "body": body}
        plan(zep, request, **{"in": f"PT{minutes}M"})
    advance(zep, "PT5M")
    users = zep.get("/api/v2/users-ordered").json()["users"]
    assert [user["user_id"] for user in users] == ["d", "c", "b", "a", "ann"]
    assert users[2]["created_at"] == users[3]["created_at"] == "2026-01-01T12:01:00Z"


def test_plans_are_listed_with_what_became_of_them(zep: httpx.Client) -> None:
    """Made once, with the status of the answer; the journal says which plan it was."""
    plan(zep, end(), **{"in": "PT1M"})
    plan(zep, end("/api/v2/sessions/none"), **{"in": "PT2M"})
    plan(zep, {"method": "GET", "path": "/api/nothing?a=b c"}, **{"in": "PT3M"})
    plan(zep, end(), **{"in": "PT1H"})
    assert listed(zep) == [("1", None), ("2", None), ("3", None), ("4", None)]
    advance(zep, "PT5M")
    assert listed(zep) == [("1", 200), ("2", 404), ("3", 404), ("4", None)]
    advance(zep, "PT5M")
    made = zep.get("/_understudy/requests", params={"since": 2}).json()["requests"]
    assert [one["schedule"] for one in made] == ["3", "2", "1"]
    assert [one["at"][14:19] for one in made] == ["03:00", "02:00", "01:00"]
    assert made[0]["request"]["query"] == "a=b%20c"


def test_a_plan_is_forgotten(zep: httpx.Client) -> None:
    """By its number, or all; then nothing happens."""
    for _ in range(3):
        plan(zep, end(), **{"in": "PT1M"})
    assert zep.delete("/_understudy/schedule/2").status_code == 204
    assert zep.delete("/_understudy/schedule/2").status_code == 404
    assert listed(zep) == [("1", None), ("3", None)]
    assert zep.delete("/_understudy/schedule").status_code == 204
    advance(zep, "PT1H")
    assert ended_at(zep) is None
    plan(zep, end(), after={})
    zep.post("/_understudy/reset")
    assert listed(zep) == []


def test_plans_are_bounded_in_number(zep: httpx.Client) -> None:
    """100 may wait; those that were made give way."""
    for _ in range(100):
        plan(zep, end("/api/v2/sessions/none"), **{"in": "PT1M"})
    told = {"in": "PT1M", "request": end()}
    assert zep.post("/_understudy/schedule", json=told).status_code == 409
    advance(zep, "PT1M")
    assert plan(zep, end(), **{"in": "PT1M"})["id"] == "101"
    assert [name for name, _ in listed(zep)] == [str(number) for number in range(2, 102)]


@pytest.mark.parametrize(
    "when",
    [{"in": "P9999D"}, {"at": "0001-01-01T00:00:00Z"}, {"at": "9999-06-01T00:00:00Z"}],
    ids=str,
)
def test_a_plan_keeps_to_the_years_of_the_clock(http: httpx.Client, when: dict[str, Any]) -> None:
    """Else 409, and nothing is planned."""
    http.post("/_understudy/clock", json={"freeze": "9998-01-01T00:00:00Z"})
    refused = http.post("/_understudy/schedule", json={**when, "request": end()})
    assert refused.status_code == 409
    assert listed(http) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//[", 404),
        ("//host/api/agents", 404),
        ("/%zz?%zz#part", 404),
        ("/_ns/other/api/agents", 404),
        ("/", 404),
        ("/%5Funderstudy/reset", 404),
        ("/api/agents#part", 200),
        ("/api/agents?", 200),
    ],
)
def test_any_path_can_be_planned(http: httpx.Client, path: str, status: int) -> None:
    """What is no operation of an API comes to 404 when its time comes, and breaks nothing."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    plan(http, {"method": "GET", "path": path}, **{"in": "PT0S"})
    assert listed(http) == [("1", status)]
    assert http.get("/api/v2/users/ann").status_code == 200


def test_the_side_door_cannot_be_planned(http: httpx.Client) -> None:
    """A plan is of what a client does: 409."""
    for path in ("/_understudy/reset", "/_understudy/requests/wait"):
        told = {"in": "PT0S", "request": {"method": "POST", "path": path, "body": {}}}
        assert http.post("/_understudy/schedule", json=told).status_code == 409


def test_a_plan_that_waits_for_what_cannot_come_is_refused(http: httpx.Client) -> None:
    """There is no operation of that name: 404, as for a fault."""
    told = {"after": {"when": {"operation": "endSesion"}}, "request": end()}
    answer = http.post("/_understudy/schedule", json=told)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "there is no operation 'endSesion'"
