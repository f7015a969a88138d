"""Eliza's sessions as the tests have them: how they begin, talk and pass their time."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
SESSIONS = "/api/messaging/sessions"
BOTH = pytest.mark.parametrize("persona", ["docs", "1.7"])


def play(http: httpx.Client, persona: str) -> None:
    """Begin at noon, in a persona."""
    freeze = {"freeze": "2026-01-01T12:00:00Z"}
    assert http.post("/_understudy/clock", json=freeze).status_code == 200
    settings = {"personas": {"eliza": persona}}
    assert http.patch("/_understudy/settings", json=settings).status_code == 200


def advance(http: httpx.Client, minutes: float) -> None:
    """Let time pass."""
    http.post("/_understudy/clock", json={"advance": f"PT{int(minutes * 60)}S"})


def create(http: httpx.Client, agent: str = AGENT, **more: Any) -> Any:
    """A new session."""
    answer = http.post(SESSIONS, json={"agentId": agent, "userId": USER, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def say(http: httpx.Client, session: Any, content: str = "hello", **more: Any) -> httpx.Response:
    """Say something in a session."""
    url = f"{SESSIONS}/{session['sessionId']}/messages"
    return http.post(url, json={"content": content, **more})


def history(http: httpx.Client, session: Any, **query: Any) -> Any:
    """The messages of a session."""
    return http.get(f"{SESSIONS}/{session['sessionId']}/messages", params=query).json()


def events(answer: httpx.Response) -> list[tuple[str, Any]]:
    """The events of an event stream."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [event.split("\n") for event in answer.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data[6:])) for name, data in lines]
