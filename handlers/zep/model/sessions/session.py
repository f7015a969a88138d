"""The sessions of a tenant.

A session is stored with its index fields, because timestamps do not sort as text: `{"session_id",
"id", "uuid", "user_id", "created", "updated", "session": as responses show it}`. Zep-cloud 3.x and
4.x call it a thread. A thread that was added without an id of the client's own has its uuid as
`session_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ..dates import timestamp
from ..graph.elements.episodes import forget_episode
from ..graph.elements.facts import detach_facts
from ..graph.records import is_in_graph
from ..record_types import SessionRecord
from ..records import existing, identity, rating_instruction
from ..users import require_owner
from .messages import detach_messages, stored_messages
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
_BY_UUID = Index(group="uuid")
SESSIONS = Collection(
    "sessions",
    (*SESSION_ORDERS.values(), SESSIONS_OF_USER, _BY_UUID),
    record=SessionRecord,
    key="session_id",
)

#: zep-cloud 2.22.1 retries after a conflict, and would wait 14 seconds in all.
_RETRY_AT_ONCE = (("Retry-After", "0"),)


def find_session(world: World, session_id: str) -> Record:
    """Return a stored session. Raises Problem 404."""
    return existing(world.store.get(SESSIONS, session_id))


def session_by_uuid(world: World, uuid: str) -> Record | None:
    """Return the stored session with this uuid, if there is one."""
    wanted = uuid.lower()
    found = world.store.list(SESSIONS, _BY_UUID, wanted, limit=1)
    if found:
        return found[0]
    preset = world.store.list(SESSIONS, _BY_UUID)  # those that a test has preset without the field
    return next((stored for stored in preset if stored["session"]["uuid"] == wanted), None)


def find_open_session(world: World, session_id: str) -> Record:
    """Return a stored session. Raises Problem 404, or 409 if it has ended."""
    stored = find_session(world, session_id)
    if stored["session"]["ended_at"] is not None:
        raise Problem(409, "session ended: session has ended", headers=_RETRY_AT_ONCE)
    return stored


def create_session(
    world: World,
    session_id: str | None,
    user_id: str,
    given: Mapping[str, Any],
    *,
    noun: str = "session",
) -> dict[str, Any]:
    """Store a new session and return it as v2 shows it; without an id, its uuid is its id.

    Raises Problem 400, with the noun that the client knows sessions by, if the user is unknown or
    the id is taken.
    """
    require_owner(world, user_id)
    if session_id is not None and world.store.get(SESSIONS, session_id) is not None:
        raise Problem(400, f"bad request: {noun} already exists with {noun}_id: {session_id}")
    now = world.clock.now()
    fields = identity(world, SESSIONS, now)
    session = {
        **fields,
        "session_id": fields["uuid"] if session_id is None else session_id,
        "user_id": user_id,
        "ended_at": None,
        "metadata": given.get("metadata"),
        "classifications": {},
        "facts": [],
        "fact_rating_instruction": rating_instruction(given.get("fact_rating_instruction")),
    }
    _add(world, session, now)
    return session


def _add(world: World, session: dict[str, Any], now: int) -> None:
    stored = {
        "session_id": session["session_id"],
        "id": session["id"],
        "uuid": session["uuid"],
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


def forget_session(world: World, session_id: str, *, episodes: bool = False) -> None:
    """Delete a session and its summary.

    What the graph learned from it stays there, or goes too if `episodes` is true: v2's documents
    say the one, the newer ones of v3 and v4 the other.
    """
    if episodes:
        for stored in stored_messages(world, session_id):
            if is_in_graph(stored):
                forget_episode(world, stored["uuid"])
    detach_messages(world, session_id)
    detach_facts(world, session_id)
    forget_summary(world, session_id)
    world.store.delete(SESSIONS, session_id)
