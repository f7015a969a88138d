"""Summaries, one a session, under its id: `{"session_id", "messages", "summary"}`.

`summary` is as responses show it. `messages` is how many messages there were when it was made; when
the number changes, it is made again. A summary that a test has preset has none, and stays.
"""

from __future__ import annotations

from typing import Any

from understudy import Collection, World

from ..intelligence.conversation import summary_of
from ..records import timestamp
from .messages import count_messages, recent_messages

SUMMARIES = Collection("summaries")

#: How many of the last messages a summary is about.
_MOST_MESSAGES = 50


def known_summary(world: World, session_id: str) -> dict[str, Any] | None:
    """Return the summary that was made or preset, even if it is outdated."""
    stored = world.store.get(SUMMARIES, session_id)
    return None if stored is None else stored["summary"]


def summarize(world: World, session_id: str) -> dict[str, Any] | None:
    """Return an up-to-date summary of a session; None if it has no text."""
    stored = world.store.get(SUMMARIES, session_id)
    count = count_messages(world, session_id)
    if stored is not None and stored.get("messages") in (None, count):
        return known_summary(world, session_id)
    messages = recent_messages(world, session_id, _MOST_MESSAGES)
    content = summary_of([message["content"] for message in messages])
    if not content:
        return None
    summary = {
        "uuid": stored["summary"]["uuid"] if stored else world.ids.uuid(),
        "created_at": timestamp(world.clock.now()),
        "content": content,
        "token_count": len(content.split()),
        "related_message_uuids": [message["uuid"] for message in messages],
    }
    record = {"session_id": session_id, "messages": count, "summary": summary}
    world.store.put(SUMMARIES, session_id, record)
    return summary


def forget_summary(world: World, session_id: str) -> None:
    """Delete the summary of a session."""
    world.store.delete(SUMMARIES, session_id)
