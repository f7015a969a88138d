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
    post,
    use_persona,
)


@BOTH
def test_session_outlives_its_agents_stop(http: httpx.Client, persona: str) -> None:
    """A session stays when its agent stops, but nobody replies in it."""
    use_persona(http, persona)
    session = create(http)
    assert http.post(f"/api/agents/{AGENT}/stop").status_code == 200
    assert post(http, session).status_code == 201
    assert len(history(http, session)["messages"]) == 1
    assert post(http, session, transport="http").status_code == 404
    actual = events(post(http, session, transport="sse"))
    assert [name for name, _ in actual] == ["user_message", "error"]
    refused = http.post(SESSIONS, json={"agentId": AGENT, "userId": USER})
    assert refused.json()["error"]["code"] == "AGENT_NOT_FOUND"


@BOTH
def test_heartbeat_renews_a_session(http: httpx.Client, persona: str) -> None:
    """It is activity like any other; an unknown session is 404."""
    use_persona(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}"
    advance(http, 20)
    beaten = http.post(f"{url}/heartbeat").json()
    assert (beaten["renewalCount"], beaten["expiresAt"]) == (1, "2026-01-01T12:50:00.000Z")
    advance(http, 31)
    assert [http.post(f"{url}/heartbeat").status_code for _ in range(2)] == [410, 404]


@BOTH
def test_shorter_timeout_may_end_a_session(http: httpx.Client, persona: str) -> None:
    """It may lie in the past: the session is shown once more, then it is gone."""
    use_persona(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}"
    advance(http, 17)
    changed = http.patch(f"{url}/timeout", json={"timeoutMinutes": 5})
    assert (changed.status_code, changed.json()["timeRemaining"]) == (200, 0)
    assert [http.get(url).status_code for _ in range(2)] == [410, 404]


@pytest.mark.parametrize(
    ("persona", "setting", "renews"),
    [
        ("docs", "true", True),
        ("docs", "false", False),
        ("1.7", "true", False),
        ("1.7", False, True),
    ],
)
def test_agent_settings_are_default_timeouts(
    http: httpx.Client, persona: str, setting: Any, renews: bool
) -> None:
    """They are the defaults of its sessions; 1.7.2 takes any set `autoRenew` for a no."""
    use_persona(http, persona)
    settings = {"SESSION_TIMEOUT_MINUTES": "45.9", "SESSION_AUTO_RENEW": setting}
    character = {"name": "Ada", "bio": ["counts"], "settings": settings}
    created = http.post("/api/agents", json={"characterJson": character})
    assert created.status_code == 201, created.text
    data = created.json()["data"]
    agent = data.get("id") or data["character"]["id"]
    http.post(f"/api/agents/{agent}/start")
    config = create(http, agent)["timeoutConfig"]
    assert (config["timeoutMinutes"], config["autoRenew"]) == (45, renews)
    config = create(http, agent, timeoutConfig={"timeoutMinutes": "soon"})["timeoutConfig"]
    assert config["timeoutMinutes"] == 30


@BOTH
def test_thoughts_are_not_taken_from_metadata(http: httpx.Client, persona: str) -> None:
    """The history shows the thought of the agent that replied, not one in a user's metadata."""
    use_persona(http, persona)
    session = create(http)
    post(http, session, metadata={"thought": "mine", "actions": 3})
    reply, message = history(http, session)["messages"]
    assert message["metadata"].keys().isdisjoint(("thought", "actions"))
    assert reply["metadata"].keys() >= {"thought", "actions"}


@BOTH
def test_event_stream_has_the_message_and_the_reply(http: httpx.Client, persona: str) -> None:
    """The message, the reply in chunks, and the whole reply."""
    use_persona(http, persona)
    session = create(http)
    response = post(http, session, "Good morning", transport="sse")
    assert response.status_code == 200
    actual = events(response)
    assert [name for name, _ in actual] == ["user_message", *["chunk"] * (len(actual) - 2), "done"]
    assert ("channel_id" in actual[0][1]) is (persona == "1.7")
    assert "".join(data["chunk"] for _, data in actual[1:-1]) == actual[-1][1]["text"]
    assert [data["index"] for _, data in actual[1:-1]] == list(range(len(actual) - 2))
