"""Operations of the tag `sessions`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.metadata import merged, without_reserved
from .model.records import rating_instruction
from .model.sessions.conclusions import classify, persisted_class
from .model.sessions.session import (
    SESSION_ORDERS,
    SESSIONS,
    SESSIONS_BY_ID,
    change,
    create_session,
    end,
    find_open_session,
    find_session,
    with_classes,
)


def add_session(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a session of a known user."""
    return create_session(world, body["session_id"], body["user_id"], body)


def get_session(world: World, session_id: str) -> dict[str, Any]:
    """Return a session."""
    session: dict[str, Any] = find_session(world, session_id)["session"]
    return session


def update_session(world: World, session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Merge metadata into a session that has not ended.

    An instruction is replaced, never removed.
    """
    stored = find_open_session(world, session_id)
    changes: dict[str, Any] = {}
    metadata = without_reserved(body["metadata"])
    if metadata:
        changes["metadata"] = merged(stored["session"]["metadata"] or {}, metadata)
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
    """List a page of the sessions, newest first by default; without a page size, all of them."""
    stored = world.store.list(
        SESSIONS,
        SESSION_ORDERS[order_by],
        descending=not asc,
        offset=((page_number or 1) - 1) * (page_size or 0),
        limit=page_size or None,
    )
    return {
        "sessions": [record["session"] for record in stored],
        "total_count": world.store.count(SESSIONS, SESSIONS_BY_ID),
        "response_count": len(stored),
    }


def list_sessions_by_cursor(
    world: World, limit: int | None, cursor: int | None
) -> list[dict[str, Any]]:
    """List the sessions whose `id` is above the cursor, oldest first."""
    stored = world.store.list(SESSIONS, SESSIONS_BY_ID, above=cursor, limit=limit or None)
    return [record["session"] for record in stored]


def classify_session(world: World, session_id: str, body: dict[str, Any]) -> dict[str, str]:
    """Classify a session, ended or not, and keep the class unless the request says not to."""
    stored = find_session(world, session_id)
    classification = classify(world, session_id, body)
    changes = with_classes(stored["session"], persisted_class(body, classification))
    if changes:
        change(world, stored, world.clock.now(), changes)
    return classification


def end_session(world: World, session_id: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """End a session, and classify it if the request asks for it."""
    stored = find_session(world, session_id)
    request = (body or {}).get("classify")
    if request is None:
        return {"session": end(world, stored, world.clock.now())}
    classification = classify(world, session_id, request)
    session = end(world, stored, world.clock.now(), persisted_class(request, classification))
    return {"session": session, "classification": classification}


def end_sessions(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """End several sessions; none of them if one is unknown."""
    session_ids = dict.fromkeys(body["session_ids"])
    sessions = [find_session(world, session_id) for session_id in session_ids]
    now = world.clock.now()
    return {"sessions": [end(world, stored, now) for stored in sessions]}
