"""Operations of the tag `memory`."""

from __future__ import annotations

from typing import Any

from understudy import World

from ._context import CONTEXT_MESSAGES, context
from ._messages import (
    MESSAGES,
    MESSAGES_OF_SESSION,
    add_messages,
    delete_messages,
    recent_messages,
    refuse_known_uuids,
)
from ._sessions import SESSIONS, change, find_open_session, find_session

_DEFAULT_LASTN = 6


def add_memory(world: World, session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add messages to a session that has not ended: all of them or none."""
    stored = find_open_session(world, session_id)
    refuse_known_uuids(world, body["messages"])
    now = world.clock.now()
    add_messages(world, session_id, body["messages"], now)
    change(world, stored, now)
    if not body.get("return_context"):
        return {}
    return {"context": context(recent_messages(world, session_id, CONTEXT_MESSAGES))}


def get_memory(
    world: World, session_id: str, lastn: int | None, min_rating: float | None
) -> dict[str, Any]:
    """The last messages, oldest first, and the context that they give."""
    find_session(world, session_id)
    wanted = lastn or _DEFAULT_LASTN
    messages = recent_messages(world, session_id, max(wanted, CONTEXT_MESSAGES))
    return {
        "messages": messages[-wanted:],
        "context": context(messages),
        "relevant_facts": [],
    }


def delete_memory(world: World, session_id: str) -> dict[str, Any]:
    """Delete the session and its messages; its id may then be used again."""
    find_session(world, session_id)
    delete_messages(world, session_id)
    world.store.delete(SESSIONS, session_id)
    return {"message": "OK"}


def get_session_messages(
    world: World, session_id: str, limit: int | None, cursor: int | None
) -> dict[str, Any]:
    """A page of the messages, oldest first; without a limit, all of them."""
    find_session(world, session_id)
    found = world.store.list(
        MESSAGES,
        MESSAGES_OF_SESSION,
        session_id,
        offset=((cursor or 1) - 1) * (limit or 0),
        limit=limit or None,
    )
    return {
        "messages": [stored["message"] for stored in found],
        "total_count": world.store.count(MESSAGES, MESSAGES_OF_SESSION, session_id),
        "row_count": len(found),
    }
