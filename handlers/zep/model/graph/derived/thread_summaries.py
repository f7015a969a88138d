"""Summaries of threads, which are the sessions of a user, in its graph."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ...sessions.messages import recent_messages
from ...sessions.session import SESSIONS, SESSIONS_OF_USER
from ...sessions.summaries import first_summarized_at, summarize
from ..lists import time_key
from ..records import Owner, graph_of


def thread_summaries_of(world: World, owner: Owner) -> list[dict[str, Any]]:
    """Return the summary of each session of a user that has one; groups have no sessions."""
    kind, owner_id = owner
    if kind != "user":
        return []
    sessions = world.store.list(SESSIONS, SESSIONS_OF_USER, owner_id)
    found = (thread_summary_of(world, session) for session in sessions)
    return [summary for summary in found if summary is not None]


def thread_summary_of(world: World, session: Record) -> dict[str, Any] | None:
    """Return the summary of a stored session; None if it has no text yet."""
    session_id = session["session_id"]
    summary = summarize(world, session_id)
    if summary is None:
        return None
    last = recent_messages(world, session_id, 50)
    times = [message["created_at"] for message in last] or [summary["created_at"]]
    return {
        "uuid": summary["uuid"],
        "owner": graph_of(("user", session["user_id"])),
        "session_id": session_id,
        "session_uuid": session["session"]["uuid"],
        "name": session_id,
        "summary": summary["content"],
        "labels": ["Saga"],
        "created_at": first_summarized_at(world, session_id),
        "last_summarized_at": summary["created_at"],
        "last_summarized_episode_valid_at": max(times, key=time_key),
        "episodes": [message["uuid"] for message in last],
    }
