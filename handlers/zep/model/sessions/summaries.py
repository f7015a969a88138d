"""Summaries, one a session, under its id: `{"session_id", "messages", "first", "summary"}`.

`summary` is as responses show it, and `first` when there was one for the first time. `messages` is
how many messages there were when it was made; when the number changes, it is made again. A summary
that a test has preset has none, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Collection, Record, World

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


def first_summarized_at(world: World, session_id: str) -> str | None:
    """Return when a session was summarized for the first time."""
    stored = world.store.get(SUMMARIES, session_id)
    if stored is None:
        return None
    first: str = stored.get("first") or stored["summary"]["created_at"]
    return first


def summarize(world: World, session_id: str) -> dict[str, Any] | None:
    """Return an up-to-date summary of a session; None if it has no text.

    Messages that wait to be processed are not in it.
    """
    stored = world.store.get(SUMMARIES, session_id)
    if stored is not None and "messages" not in stored:
        return known_summary(world, session_id)
    recent = recent_messages(world, session_id, _MOST_MESSAGES)
    messages = [message for message in recent if message.get("processed") is not False]
    count = count_messages(world, session_id) - len(recent) + len(messages)
    if stored is not None and stored["messages"] == count:
        return known_summary(world, session_id)
    return _put_summary(world, session_id, stored, messages, count)


def _put_summary(
    world: World,
    session_id: str,
    stored: Record | None,
    messages: Sequence[Mapping[str, Any]],
    count: int,
) -> dict[str, Any] | None:
    """Store a summary of messages and return it; None if they have no text."""
    content = summary_of([message["content"] for message in messages])
    if not content:
        return None
    now = timestamp(world.clock.now())
    summary = {
        "uuid": stored["summary"]["uuid"] if stored else world.ids.uuid(),
        "created_at": now,
        "content": content,
        "token_count": len(content.split()),
        "related_message_uuids": [message["uuid"] for message in messages],
    }
    first = first_summarized_at(world, session_id) or now
    record = {"session_id": session_id, "messages": count, "first": first, "summary": summary}
    world.store.put(SUMMARIES, session_id, record)
    return summary


def forget_summary(world: World, session_id: str) -> None:
    """Delete the summary of a session."""
    world.store.delete(SUMMARIES, session_id)
