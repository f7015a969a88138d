"""Requests that several families send."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison

MESSAGING = "/api/messaging"
SESSIONS = f"{MESSAGING}/sessions"

NEW_SESSION: dict[str, Any] = {"agentId": "{agent}", "userId": "{user}"}

#: Names of ids: of the agent, of nothing, and of a text that is not an id.
ANY_AGENT = ("{agent}", "{absent}", "nope")


def create_session(compare: Comparison, name: str, **fields: Any) -> None:
    """Create a session; save its id as `name` and its channel's as `name_channel`."""
    save = {name: "/sessionId", f"{name}_channel": "/channelId"}
    compare("POST", SESSIONS, {**NEW_SESSION, **fields}, save=save)
