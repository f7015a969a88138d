"""The sessions of a tenant.

A session is stored with its index fields, because timestamps do not sort as text: `{"session_id",
"id", "user_id", "created", "updated", "session": as responses show it}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ..graph.facts import detach_facts
from ..records import not_found, timestamp
from .messages import detach_messages
from .summaries import forget_summary, summarize

SESSIONS_BY_ID = Index(order="id")
SESSIONS_OF_USER = Index(group="user_id")
SESSION_ORDERS = {
    None: SESSIONS_BY_ID,
    "created_at": Index(order="created"),
    "updated_at": Index(order="updated"),
    "user_id": Index(order="user_id"),
    "session_id": Index(order="session_id"),
}
SESSIONS = Collection("sessions", (*SESSION_ORDERS.values(), SESSIONS_OF_USER))

#: zep-cloud 2.22.1 retries after a conflict, and would wait 14 seconds in all.
_RETRY_AT_ONCE = (("Retry-After", "0"),)


def find_session(world: World, session_id: str) -> Record:
    """Return a stored session. Raises Problem 404."""
    stored = world.store.get(SESSIONS, session_id)
    if stored is None:
        raise not_found()
    return stored


def find_open_session(world: World, session_id: str) -> Record:
    """Return a stored session. Raises Problem 404, or 409 if it has ended."""
    stored = find_session(world, session_id)
    if stored["session"]["ended_at"] is not None:
        raise Problem(409, "session ended: session has ended", headers=_RETRY_AT_ONCE)
    return stored


def add(world: World, session: dict[str, Any], now: int) -> None:
    """Store a new session."""
    stored = {
        "session_id": session["session_id"],
        "id": session["id"],
        "user_id": session["user_id"],
        "created": now,
        "updated": now,
        "session": session,
    }
    world.store.put(SESSIONS, session["session_id"], stored)


def change(
    world: World, stored: Record, now: int, changes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Store a session with `changes`, updated `now`; return it as responses show it."""
    session = {**stored["session"], **(changes or {}), "updated_at": timestamp(now)}
    world.store.put(SESSIONS, stored["session_id"], {**stored, "updated": now, "session": session})
    return session


def end(
    world: World, stored: Record, now: int, classified: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """End a session unless it has ended before: summarize it, and keep its classes."""
    session: dict[str, Any] = stored["session"]
    changes = with_classes(session, classified or {})
    if session["ended_at"] is None:
        summarize(world, stored["session_id"])
        changes["ended_at"] = timestamp(now)
    return change(world, stored, now, changes) if changes else session


def with_classes(session: Mapping[str, Any], classified: Mapping[str, str]) -> dict[str, Any]:
    """Return the changes that keep classes, by the names of their classifiers."""
    if not classified:
        return {}
    return {"classifications": {**(session["classifications"] or {}), **classified}}


def forget_session(world: World, session_id: str) -> None:
    """Delete a session and its summary; its messages and facts stay in the user's graph."""
    detach_messages(world, session_id)
    detach_facts(world, session_id)
    forget_summary(world, session_id)
    world.store.delete(SESSIONS, session_id)
