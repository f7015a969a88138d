"""The life of Eliza's sessions where its sources agree, or are silent: in each persona."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.handlers.eliza_sessions import (
    AGENT,
    BOTH,
    SESSIONS,
    USER,
    advance,
    create,
    events,
    history,
    play,
    say,
)


@BOTH
def test_an_agent_that_stopped(http: httpx.Client, persona: str) -> None:
    """A session outlives its agent's stop, but nobody answers in it."""
    play(http, persona)
    session = create(http)
    assert http.post(f"/api/agents/{AGENT}/stop").status_code == 200
    assert say(http, session).status_code == 201
    assert len(history(http, session)["messages"]) == 1
    assert say(http, session, transport="http").status_code == 404
    told = events(say(http, session, transport="sse"))
    assert [name for name, _ in told] == ["user_message", "error"]
    refused = http.post(SESSIONS, json={"agentId": AGENT, "userId": USER})
    assert refused.json()["error"]["code"] == "AGENT_NOT_FOUND"


@BOTH
def test_a_heartbeat_renews(http: httpx.Client, persona: str) -> None:
    """It is activity like any other, but for a session that is not there."""
    play(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}"
    advance(http, 20)
    beaten = http.post(f"{url}/heartbeat").json()
    assert (beaten["renewalCount"], beaten["expiresAt"]) == (1, "2026-01-01T12:50:00.000Z")
    advance(http, 31)
    assert [http.post(f"{url}/heartbeat").status_code for _ in range(2)] == [410, 404]


@BOTH
def test_timeouts_may_end_a_session(http: httpx.Client, persona: str) -> None:
    """A shorter timeout may lie in the past: the session is shown once more, then it is gone."""
    play(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}"
    advance(http, 17)
    changed = http.patch(f"{url}/timeout", json={"timeoutMinutes": 5})
    assert (changed.status_code, changed.json()["timeRemaining"]) == (200, 0)
    assert [http.get(url).status_code for _ in range(2)] == [410, 404]


@pytest.mark.parametrize(
    ("persona", "said", "renews"),
    [
        ("docs", "true", True),
        ("docs", "false", False),
        ("1.7", "true", False),
        ("1.7", False, True),
    ],
)
def test_an_agent_has_timeouts_of_its_own(
    http: httpx.Client, persona: str, said: Any, renews: bool
) -> None:
    """Its settings are the defaults of its sessions; 1.7.2 takes any that counts for a no."""
    play(http, persona)
    settings = {"SESSION_TIMEOUT_MINUTES": "45.9", "SESSION_AUTO_RENEW": said}
    character = {"name": "Ada", "bio": ["counts"], "settings": settings}
    made = http.post("/api/agents", json={"characterJson": character})
    assert made.status_code == 201, made.text
    data = made.json()["data"]
    agent = data.get("id") or data["character"]["id"]
    http.post(f"/api/agents/{agent}/start")
    config = create(http, agent)["timeoutConfig"]
    assert (config["timeoutMinutes"], config["autoRenew"]) == (45, renews)
    config = create(http, agent, timeoutConfig={"timeoutMinutes": "soon"})["timeoutConfig"]
    assert config["timeoutMinutes"] == 30


@BOTH
def test_a_thought_cannot_be_pretended(http: httpx.Client, persona: str) -> None:
    """The history shows the thought of who answered, not what a user's metadata says."""
    play(http, persona)
    session = create(http)
    say(http, session, metadata={"thought": "mine", "actions": 3})
    answered, said = history(http, session)["messages"]
    assert said["metadata"].keys().isdisjoint(("thought", "actions"))
    assert answered["metadata"].keys() >= {"thought", "actions"}


@BOTH
def test_an_event_stream(http: httpx.Client, persona: str) -> None:
    """The message, the answer in pieces, and the answer whole."""
    play(http, persona)
    session = create(http)
    answer = say(http, session, "Good morning", transport="sse")
    assert answer.status_code == 200
    told = events(answer)
    assert [name for name, _ in told] == ["user_message", *["chunk"] * (len(told) - 2), "done"]
    assert ("channel_id" in told[0][1]) is (persona == "1.7")
    assert "".join(data["chunk"] for _, data in told[1:-1]) == told[-1][1]["text"]
    assert [data["index"] for _, data in told[1:-1]] == list(range(len(told) - 2))
