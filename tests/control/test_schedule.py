"""Scheduled requests: state that changes by itself."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.scenario import ADA, AGENT

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


def schedule(http: httpx.Client, request: dict[str, Any], **when: Any) -> dict[str, Any]:
    """Schedule a request with the test's key, and return it as it is listed."""
    body = {"request": {"headers": AUTH, **request}, **when}
    response = http.post("/_understudy/schedule", json=body)
    assert response.status_code == 201, response.text
    scheduled: dict[str, Any] = response.json()
    return scheduled


def end(path: str = SESSION) -> dict[str, Any]:
    """Return the request that ends a session."""
    return {"method": "POST", "path": f"{path}/end", "body": {}}


def advance(http: httpx.Client, duration: str) -> None:
    """Advance the clock."""
    assert http.post("/_understudy/clock", json={"advance": duration}).status_code == 200


def ended_at(http: httpx.Client) -> str | None:
    """Return the time when the session was ended, or None."""
    ended: str | None = http.get(SESSION).json().get("ended_at")
    return ended


def listed(http: httpx.Client) -> list[tuple[str, int | None]]:
    """Return ids and statuses of the scheduled requests."""
    return [(entry["id"], entry["status"]) for entry in http.get("/_understudy/schedule").json()]


def test_in_makes_the_request_after_a_duration(zep: httpx.Client) -> None:
    """It is not made before, and has the time when it was due, however late the next request is."""
    scheduled = schedule(zep, end(), **{"in": "PT5M"})
    assert scheduled["due"] == "2026-01-01T12:05:00.000000Z"
    advance(zep, "PT4M59S")
    assert ended_at(zep) is None
    advance(zep, "PT1H")
    assert ended_at(zep) == "2026-01-01T12:05:00Z"
    assert zep.patch(SESSION, json={"metadata": {"a": 1}}).status_code == 409
    assert zep.get("/_understudy/clock").json()["now"] == "2026-01-01T13:04:59.000000Z"


def test_at_makes_the_request_at_a_time(zep: httpx.Client) -> None:
    """The time may be in any time zone; a past time is due at once, and is the request's time."""
    schedule(zep, end(), at="2026-01-01T15:00:00+02:00")
    advance(zep, "PT59M")
    assert ended_at(zep) is None
    advance(zep, "PT1M")
    assert ended_at(zep) == "2026-01-01T13:00:00Z"
    schedule(zep, {"method": "POST", "path": "/api/v2/users", "body": {"user_id": "eve"}}, at=NOON)
    assert zep.get("/api/v2/users/eve").json()["created_at"] == NOON


def test_after_makes_the_request_after_others(zep: httpx.Client) -> None:
    """The third reader still sees the session open; other requests do not count."""
    schedule(zep, end(), after={"when": {"operation": "getSession", "status": 200}, "times": 3})
    zep.get("/api/v2/sessions/none")
    zep.get("/api/v2/users/ann")
    assert [ended_at(zep) for _ in range(4)] == [None, None, None, NOON]


def test_any_api_and_a_running_clock_work(http: httpx.Client) -> None:
    """A request without a key works, too, if the API needs none."""
    session = http.post("/api/messaging/sessions", json={"agentId": AGENT, "userId": ADA}).json()
    path = f"/api/messaging/sessions/{session['sessionId']}"
    schedule(http, {"method": "DELETE", "path": path}, **{"in": "PT60S"})
    assert http.get(path).status_code == 200
    advance(http, "PT1M")
    assert http.get(path).status_code in (404, 410)


def test_due_requests_are_made_in_order_of_time(zep: httpx.Client) -> None:
    """Requests of the same time are made in the order of their creation."""
    for minutes, name in ((2, "c"), (1, "a"), (2, "d"), (1, "b")):
        body = {"user_id": name}
        request = {"method": "POST", "path": "/api/v2/users", "body": body}
        schedule(zep, request, **{"in": f"PT{minutes}M"})
    advance(zep, "PT5M")
    users = zep.get("/api/v2/users-ordered").json()["users"]
    assert [user["user_id"] for user in users] == ["d", "c", "b", "a", "ann"]
    assert users[2]["created_at"] == users[3]["created_at"] == "2026-01-01T12:01:00Z"


def test_list_has_the_statuses_of_made_requests(zep: httpx.Client) -> None:
    """Each is made once; the journal has its id."""
    schedule(zep, end(), **{"in": "PT1M"})
    schedule(zep, end("/api/v2/sessions/none"), **{"in": "PT2M"})
    schedule(zep, {"method": "GET", "path": "/api/nothing?a=b c"}, **{"in": "PT3M"})
    schedule(zep, end(), **{"in": "PT1H"})
    assert listed(zep) == [("1", None), ("2", None), ("3", None), ("4", None)]
    advance(zep, "PT5M")
    assert listed(zep) == [("1", 200), ("2", 404), ("3", 404), ("4", None)]
    advance(zep, "PT5M")
    made = zep.get("/_understudy/requests", params={"since": 2}).json()["requests"]
    assert [entry["schedule"] for entry in made] == ["3", "2", "1"]
    assert [entry["at"][14:19] for entry in made] == ["03:00", "02:00", "01:00"]
    assert made[0]["request"]["query"] == "a=b%20c"


def test_scheduled_requests_are_removed(zep: httpx.Client) -> None:
    """They are removed by id, all at once or by a reset, and are then not made."""
    for _ in range(3):
        schedule(zep, end(), **{"in": "PT1M"})
    assert zep.delete("/_understudy/schedule/2").status_code == 204
    assert zep.delete("/_understudy/schedule/2").status_code == 404
    assert listed(zep) == [("1", None), ("3", None)]
    assert zep.delete("/_understudy/schedule").status_code == 204
    advance(zep, "PT1H")
    assert ended_at(zep) is None
    schedule(zep, end(), after={})
    zep.post("/_understudy/reset")
    assert listed(zep) == []


def test_scheduled_requests_are_bounded_in_number(zep: httpx.Client) -> None:
    """100 may be pending; the oldest that was made is removed for a new one."""
    for _ in range(100):
        schedule(zep, end("/api/v2/sessions/none"), **{"in": "PT1M"})
    body = {"in": "PT1M", "request": end()}
    assert zep.post("/_understudy/schedule", json=body).status_code == 409
    advance(zep, "PT1M")
    assert schedule(zep, end(), **{"in": "PT1M"})["id"] == "101"
    assert [name for name, _ in listed(zep)] == [str(number) for number in range(2, 102)]


@pytest.mark.parametrize(
    "when",
    [{"in": "P9999D"}, {"at": "0001-01-01T00:00:00Z"}, {"at": "9999-06-01T00:00:00Z"}],
    ids=str,
)
def test_time_must_be_within_the_years_of_the_clock(
    http: httpx.Client, when: dict[str, Any]
) -> None:
    """Else 409, and nothing is scheduled."""
    http.post("/_understudy/clock", json={"freeze": "9998-01-01T00:00:00Z"})
    response = http.post("/_understudy/schedule", json={**when, "request": end()})
    assert response.status_code == 409
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
def test_any_path_can_be_scheduled(http: httpx.Client, path: str, status: int) -> None:
    """A path that no API has becomes 404 when it is due."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    schedule(http, {"method": "GET", "path": path}, **{"in": "PT0S"})
    assert listed(http) == [("1", status)]
    assert http.get("/api/v2/users/ann").status_code == 200


def test_control_api_cannot_be_scheduled(http: httpx.Client) -> None:
    """409: only requests of clients can be."""
    for path in ("/_understudy/reset", "/_understudy/requests/wait"):
        body = {"in": "PT0S", "request": {"method": "POST", "path": path, "body": {}}}
        assert http.post("/_understudy/schedule", json=body).status_code == 409


def test_unknown_operation_in_after_is_rejected(http: httpx.Client) -> None:
    """The error is 404, as for a fault rule."""
    body = {"after": {"when": {"operation": "endSesion"}}, "request": end()}
    response = http.post("/_understudy/schedule", json=body)
    assert response.status_code == 404
    assert "'endSesion'; did you mean 'endSession'?" in response.json()["detail"]
