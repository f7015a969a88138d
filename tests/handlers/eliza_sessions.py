"""Requests to Eliza's sessions, as several test modules make them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
SESSIONS = "/api/messaging/sessions"
BOTH = pytest.mark.parametrize("persona", ["docs", "1.7"])


def use_persona(http: httpx.Client, persona: str) -> None:
    """Freeze the clock at noon, and switch to a persona."""
    freeze = {"freeze": "2026-01-01T12:00:00Z"}
    assert http.post("/_understudy/clock", json=freeze).status_code == 200
    settings = {"personas": {"eliza": persona}}
    assert http.patch("/_understudy/settings", json=settings).status_code == 200


def advance(http: httpx.Client, minutes: float) -> None:
    """Advance the clock by minutes."""
    http.post("/_understudy/clock", json={"advance": f"PT{int(minutes * 60)}S"})


def create(http: httpx.Client, agent: str = AGENT, **more: Any) -> Any:
    """Create a session and return it."""
    response = http.post(SESSIONS, json={"agentId": agent, "userId": USER, **more})
    assert response.status_code == 201, response.text
    return response.json()


def post(http: httpx.Client, session: Any, content: str = "hello", **more: Any) -> httpx.Response:
    """Post a message to a session."""
    url = f"{SESSIONS}/{session['sessionId']}/messages"
    return http.post(url, json={"content": content, **more})


def history(http: httpx.Client, session: Any, **query: Any) -> Any:
    """Return the messages of a session."""
    return http.get(f"{SESSIONS}/{session['sessionId']}/messages", params=query).json()


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """Return the events of an event stream."""
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [event.split("\n") for event in response.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data[6:])) for name, data in lines]
