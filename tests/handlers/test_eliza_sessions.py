"""Eliza's sessions in the persona `docs`: their lifetime, their clock and their history."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
SESSIONS = "/api/messaging/sessions"


def create(http: httpx.Client, **more: Any) -> dict[str, Any]:
    """Create a session and return it."""
    response = http.post(SESSIONS, json={"agentId": AGENT, "userId": USER, **more})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def advance(http: httpx.Client, duration: str) -> None:
    """Advance the clock by minutes."""
    assert http.post("/_understudy/clock", json={"advance": duration}).status_code == 200


def freeze(http: httpx.Client) -> None:
    """Freeze the clock at noon."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T12:00:00Z"})


def send(http: httpx.Client, session_id: str, content: str) -> dict[str, Any]:
    """Send a message and return the response."""
    response = http.post(f"{SESSIONS}/{session_id}/messages", json={"content": content})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def history(http: httpx.Client, session_id: str, **query: Any) -> dict[str, Any]:
    """Return the messages of a session."""
    response = http.get(f"{SESSIONS}/{session_id}/messages", params=query)
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


def test_session_expires_after_half_an_hour(http: httpx.Client) -> None:
    """The first request for an expired session gets 410, later ones 404."""
    freeze(http)
    session = create(http)
    assert session["expiresAt"] == "2026-01-01T12:30:00.000Z"
    advance(http, "PT29M59S")
    alive = http.get(f"{SESSIONS}/{session['sessionId']}").json()
    assert (alive["timeRemaining"], alive["isNearExpiration"]) == (1000, True)
    advance(http, "PT1S")
    first = http.get(f"{SESSIONS}/{session['sessionId']}")
    assert (first.status_code, first.json()["error"]["code"]) == (410, "SESSION_EXPIRED")
    later = http.get(f"{SESSIONS}/{session['sessionId']}")
    assert (later.status_code, later.json()["error"]["code"]) == (404, "SESSION_NOT_FOUND")


def test_expired_session_is_410_until_a_sweep(http: httpx.Client) -> None:
    """Sweeps are five minutes apart, from the start of the server.

    Between two of them an expired session is 410 once, and DELETE of one is 200.
    """
    freeze(http)
    request, deleted, swept = (create(http)["sessionId"] for _ in range(3))
    advance(http, "PT31M")
    assert http.get(f"{SESSIONS}/{request}/messages").status_code == 410
    assert http.get(f"{SESSIONS}/{request}/messages").status_code == 404
    assert http.delete(f"{SESSIONS}/{deleted}").json() == {
        "success": True,
        "message": f"Session {deleted} deleted successfully",
    }
    stats = http.get(SESSIONS).json()["stats"]
    assert stats == {"totalSessions": 1, "activeSessions": 0, "expiredSessions": 1}
    advance(http, "PT5M")
    assert http.get(f"{SESSIONS}/{swept}").status_code == 404


def test_message_renews_a_session(http: httpx.Client) -> None:
    """With autoRenew each message moves the expiry; without, it stays."""
    freeze(http)
    renews, stays = create(http), create(http, timeoutConfig={"autoRenew": False})
    advance(http, "PT20M")
    body = send(http, renews["sessionId"], "still here")
    assert body["sessionStatus"]["expiresAt"] == "2026-01-01T12:50:00.000Z"
    body = send(http, stays["sessionId"], "still here")
    assert body["sessionStatus"]["expiresAt"] == "2026-01-01T12:30:00.000Z"
    renewed = http.get(f"{SESSIONS}/{renews['sessionId']}").json()
    assert (renewed["renewalCount"], renewed["lastActivity"]) == (1, "2026-01-01T12:20:00.000Z")


def test_session_ends_at_its_longest_duration(http: httpx.Client) -> None:
    """However active, it does not outlive maxDurationMinutes."""
    freeze(http)
    session = create(http, timeoutConfig={"timeoutMinutes": 30, "maxDurationMinutes": 45})
    advance(http, "PT20M")
    body = send(http, session["sessionId"], "hello")
    assert body["sessionStatus"]["expiresAt"] == "2026-01-01T12:45:00.000Z"


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        ({"timeoutMinutes": 1}, {"timeoutMinutes": 5}),
        ({"timeoutMinutes": 100_000}, {"timeoutMinutes": 1440}),
        ({"timeoutMinutes": "0x10"}, {"timeoutMinutes": 16}),
        ({"timeoutMinutes": None}, {"timeoutMinutes": 5}),
        ({"timeoutMinutes": {}}, {"timeoutMinutes": 30}),
        ({"maxDurationMinutes": 1}, {"maxDurationMinutes": 30}),
        ({"warningThresholdMinutes": 0}, {"warningThresholdMinutes": 1}),
        ({}, {"timeoutMinutes": 30, "autoRenew": True, "maxDurationMinutes": 720}),
    ],
)
def test_timeout_is_clamped_and_never_refused(
    http: httpx.Client, requested: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Creation accepts any configuration and shows the resulting one."""
    config = create(http, timeoutConfig=requested)["timeoutConfig"]
    assert config.items() >= expected.items()


def test_history_is_newest_first_with_the_reply(http: httpx.Client) -> None:
    """The agent's echo follows the message, in the channel of the session."""
    session_id = create(http)["sessionId"]
    body = send(http, session_id, "Good morning")
    reply, question = history(http, session_id)["messages"]
    assert (question["id"], question["content"]) == (body["id"], "Good morning")
    assert (question["isAgent"], reply["isAgent"]) == (False, True)
    assert "Good morning" in reply["content"]
    assert reply["authorId"] == AGENT
    assert {"thought", "actions"} <= reply["metadata"].keys()


def test_history_pages_have_each_message_once(http: httpx.Client) -> None:
    """They go backward by `before` and forward by `after`."""
    session_id = create(http)["sessionId"]
    for number in range(7):
        send(http, session_id, f"message {number}")
    everything = [m["id"] for m in history(http, session_id)["messages"]]
    assert len(everything) == 14
    backward: list[str] = []
    page = history(http, session_id, limit=4)
    while page["messages"]:
        backward += [m["id"] for m in page["messages"]]
        page = history(http, session_id, limit=4, before=page["cursors"]["before"])
    assert backward == everything
    assert "cursors" not in page
    forward: list[str] = []
    page = history(http, session_id, limit=4, after=1)
    while page["messages"]:
        forward = [m["id"] for m in page["messages"]] + forward
        page = history(http, session_id, limit=4, after=page["cursors"]["after"])
    assert forward == everything


@pytest.mark.parametrize(("limit", "got"), [(0, 1), (-5, 1), (999, 4), (3, 3)])
def test_limit_is_clamped(http: httpx.Client, limit: int, got: int) -> None:
    """A limit out of range is not an error."""
    session_id = create(http)["sessionId"]
    for _ in range(2):
        send(http, session_id, "hello")
    page = history(http, session_id, limit=limit)
    assert len(page["messages"]) == got
    assert page["hasMore"] is (got == max(1, min(limit, 100)))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"agentId": AGENT}, 400, "VALIDATION_ERROR"),
        ({"agentId": "nope", "userId": USER}, 400, "VALIDATION_ERROR"),
        ({"agentId": USER, "userId": USER}, 404, "AGENT_NOT_FOUND"),
        (
            {"agentId": AGENT, "userId": USER, "metadata": {"x": "y" * 10_240}},
            400,
            "VALIDATION_ERROR",
        ),
    ],
)
def test_creation_errors_have_the_documented_envelope(
    http: httpx.Client, body: dict[str, Any], status: int, code: str
) -> None:
    """Each invalid request to create a session is 400."""
    response = http.post(SESSIONS, json=body)
    error = response.json()
    assert (response.status_code, error["success"], error["error"]["code"]) == (status, False, code)
    assert {"message", "timestamp"} <= error["error"].keys()
    assert http.get(SESSIONS).json()["total"] == 0


@pytest.mark.parametrize(
    "body", [{}, {"content": ""}, {"content": 7}, {"content": "\U0001f600" * 2001}]
)
def test_message_content_has_1_to_4000_units(http: httpx.Client, body: dict[str, Any]) -> None:
    """They are UTF-16 units, of which an emoji has two."""
    session_id = create(http)["sessionId"]
    response = http.post(f"{SESSIONS}/{session_id}/messages", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert history(http, session_id)["messages"] == []
    large = {"content": "hello", "metadata": {"x": "y" * 10_240}}
    assert http.post(f"{SESSIONS}/{session_id}/messages", json=large).status_code == 400


def test_ended_session_is_gone(http: httpx.Client) -> None:
    """DELETE removes it everywhere; a second one is 404; `health` is nobody's id."""
    kept, ended = create(http)["sessionId"], create(http)["sessionId"]
    assert http.delete(f"{SESSIONS}/{ended}").status_code == 200
    assert http.delete(f"{SESSIONS}/{ended}").status_code == 404
    assert http.get(f"{SESSIONS}/{ended}").status_code == 404
    assert http.post(f"{SESSIONS}/{ended}/messages", json={"content": "x"}).status_code == 404
    assert [s["sessionId"] for s in http.get(SESSIONS).json()["sessions"]] == [kept]
    assert http.delete(f"{SESSIONS}/health").json()["error"]["message"] == (
        "Session with ID 'health' not found"
    )


def test_health_counts_sessions(http: httpx.Client) -> None:
    """It has the active sessions, those about to expire, and the server's uptime."""
    freeze(http)
    http.get("/api/agents")
    create(http)
    create(http, timeoutConfig={"timeoutMinutes": 5})
    advance(http, "PT1M")
    health = http.get(f"{SESSIONS}/health").json()
    assert health.items() >= {"status": "healthy", "activeSessions": 2, "expiringSoon": 1}.items()
    assert health["uptime"] == 60


def test_agent_exists_from_the_start(http: httpx.Client) -> None:
    """It is listed, and found by its id; another id is 404."""
    agents = http.get("/api/agents").json()["data"]["agents"]
    assert [(a["id"], a["status"]) for a in agents] == [(AGENT, "active")]
    assert http.get(f"/api/agents/{AGENT}").json()["data"]["id"] == AGENT
    assert http.get(f"/api/agents/{USER}").status_code == 404
    bad = http.get("/api/agents/nope")
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "INVALID_ID")
