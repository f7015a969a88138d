"""Summaries of threads, which are the sessions of a user, in its graph."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ...sessions.messages import stored_messages
from ...sessions.session import SESSIONS, SESSIONS_OF_USER
from ...sessions.summaries import thread_summary
from ..owner import Owner, graph_of


def thread_summaries_of(world: World, owner: Owner) -> list[dict[str, Any]]:
    """Return the summary of each session of a user that has one; groups have no sessions."""
    kind, owner_id = owner
    if kind != "user":
        return []
    sessions = world.store.list(SESSIONS, SESSIONS_OF_USER, owner_id)
    found = (_derive(world, session) for session in sessions)
    return [summary for summary in found if summary is not None]


def _derive(world: World, session: Record) -> dict[str, Any] | None:
    """Return the summary of a session with where it is from; None if it has no text yet."""
    session_id = session["session_id"]
    summary = thread_summary(world, session_id)
    if summary is None:
        return None
    return {
        **summary,
        "owner": graph_of(("user", session["user_id"])),
        "session_uuid": session["session"]["uuid"],
        "name": session_id,
        "labels": ["Saga"],
        "episodes": [stored["uuid"] for stored in stored_messages(world, session_id)],
    }
