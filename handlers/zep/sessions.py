"""Operations of the tag `sessions`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, World

from ._classification import classify, persists
from ._metadata import merged
from ._records import identity, rating_instruction
from ._sessions import (
    SESSION_ORDERS,
    SESSIONS,
    SESSIONS_AS_ADDED,
    add,
    change,
    end,
    find_open_session,
    find_session,
)
from ._users import require_owner

#: A key of metadata that belongs to Zep; clients cannot change it.
_RESERVED = "system"


def add_session(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a session of a known user."""
    session_id = body["session_id"]
    require_owner(world, body["user_id"])
    if world.store.get(SESSIONS, session_id) is not None:
        raise Problem(400, f"bad request: session already exists with session_id: {session_id}")
    now = world.clock.now()
    session = {
        **identity(world, SESSIONS, now),
        "session_id": session_id,
        "user_id": body["user_id"],
        "ended_at": None,
        "metadata": body.get("metadata"),
        "classifications": {},
        "facts": [],
        "fact_rating_instruction": rating_instruction(body.get("fact_rating_instruction")),
    }
    add(world, session, now)
    return session


def get_session(world: World, session_id: str) -> dict[str, Any]:
    """The session."""
    session: dict[str, Any] = find_session(world, session_id)["session"]
    return session


def update_session(world: World, session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Merge metadata into a session that has not ended; an instruction is replaced, never unset."""
    stored = find_open_session(world, session_id)
    changes: dict[str, Any] = {}
    news = {key: value for key, value in body["metadata"].items() if key != _RESERVED}
    if news:
        changes["metadata"] = merged(stored["session"]["metadata"] or {}, news)
    instruction = rating_instruction(body.get("fact_rating_instruction"))
    if instruction is not None:
        changes["fact_rating_instruction"] = instruction
    return change(world, stored, world.clock.now(), changes)


def list_sessions(
    world: World,
    page_number: int | None,
    page_size: int | None,
    order_by: str | None,
    asc: bool | None,
) -> dict[str, Any]:
    """A page of the sessions, newest first unless asked otherwise; without a size, all of them."""
    found = world.store.list(
        SESSIONS,
        SESSION_ORDERS[order_by],
        descending=not asc,
        offset=((page_number or 1) - 1) * (page_size or 0),
        limit=page_size or None,
    )
    return {
        "sessions": [stored["session"] for stored in found],
        "total_count": world.store.count(SESSIONS, SESSIONS_AS_ADDED),
        "response_count": len(found),
    }


def end_session(world: World, session_id: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """End a session, and classify it where that is asked for."""
    stored = find_session(world, session_id)
    request = (body or {}).get("classify")
    if request is None:
        return {"session": end(world, stored, world.clock.now())}
    classification = classify(world, session_id, request)
    kept = {request["name"]: classification["class"]} if persists(request) else None
    session = end(world, stored, world.clock.now(), kept)
    return {"session": session, "classification": classification}


def end_sessions(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """End all of the sessions, or none where one is unknown."""
    named = dict.fromkeys(body["session_ids"])
    found = [find_session(world, session_id) for session_id in named]
    now = world.clock.now()
    return {"sessions": [end(world, stored, now) for stored in found]}
