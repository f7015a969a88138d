"""Summaries, one a session, under its id: `{"session_id", "messages", "made_at", "summary"}`.

`summary` is as responses of v2 show it, and `made_at` is when there was one first. `messages` is
how many processed messages there were when it was made; when the number changes, it is made again.
A summary that a test has preset has none, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Collection, Record, World

from ..dates import time_key, timestamp
from ..intelligence.conversation import summary_of
from ..record_types import SummaryRecord
from .messages import count_messages, recent_messages, recent_texts

SUMMARIES = Collection("summaries", record=SummaryRecord, key="session_id")

#: How many of the last messages a summary is about.
_MOST_MESSAGES = 50


def known_summary(world: World, session_id: str) -> dict[str, Any] | None:
    """Return the summary that was made or preset, even if it is outdated."""
    stored = world.store.get(SUMMARIES, session_id)
    return None if stored is None else stored["summary"]


def summarize(world: World, session_id: str) -> dict[str, Any] | None:
    """Return an up-to-date summary of a session; None if no processed message has a text."""
    stored = world.store.get(SUMMARIES, session_id)
    known: dict[str, Any] | None = None if stored is None else stored["summary"]
    if stored is not None and stored.get("messages") is None:
        return known
    recent = recent_messages(world, session_id, _MOST_MESSAGES)
    messages = [message for message in recent if message.get("processed", True)]
    count = len(messages)
    if len(recent) == _MOST_MESSAGES:
        count += count_messages(world, session_id) - len(recent)
    if stored is not None and stored["messages"] == count:
        return known
    return _make(world, session_id, stored, messages, count)


def _make(
    world: World,
    session_id: str,
    known: Record | None,
    messages: Sequence[Mapping[str, Any]],
    count: int,
) -> dict[str, Any] | None:
    content = summary_of(recent_texts(messages))
    if not content:
        return None
    now = timestamp(world.clock.now())
    summary = {
        "uuid": known["summary"]["uuid"] if known else world.ids.uuid(),
        "created_at": now,
        "content": content,
        "token_count": len(content.split()),
        "related_message_uuids": [message["uuid"] for message in messages],
    }
    record = {
        "session_id": session_id,
        "messages": count,
        "made_at": _made_at(known) if known else now,
        "summary": summary,
    }
    world.store.put(SUMMARIES, session_id, record)
    return summary


def _made_at(stored: Record) -> str:
    return str(stored.get("made_at") or stored["summary"]["created_at"])


def thread_summary(world: World, session_id: str) -> dict[str, Any] | None:
    """Return an up-to-date summary of a session as v3 shows it; None if it has no text."""
    summary = summarize(world, session_id)
    if summary is None:
        return None
    messages = recent_messages(world, session_id, _MOST_MESSAGES)
    times = [message["created_at"] for message in messages if message.get("processed", True)]
    latest = {"last_summarized_episode_valid_at": max(times, key=time_key)} if times else {}
    return {
        "uuid": summary["uuid"],
        "thread_id": session_id,
        "summary": summary["content"],
        "created_at": _made_at(world.store.get(SUMMARIES, session_id) or {"summary": summary}),
        "last_summarized_at": summary["created_at"],
        **latest,
    }


def forget_summary(world: World, session_id: str) -> None:
    """Delete the summary of a session."""
    world.store.delete(SUMMARIES, session_id)
