"""Operations of the tag `search`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.sessions.search import Found, planted, search
from .model.sessions.session import SESSIONS, SESSIONS_BY_ID, SESSIONS_OF_USER, find_session
from .model.users import find_user


def search_sessions(world: World, limit: int | None, body: dict[str, Any]) -> dict[str, Any]:
    """Search the sessions that are named, those of a user, those that are both, or all."""
    session_ids = _session_ids(world, body)
    results = planted(world, body["text"])
    if results is not None:
        return {"results": results[: limit or None]}
    scope = body.get("search_scope") or "facts"
    user_id = body.get("user_id") if not body.get("session_ids") else None
    found = search(world, scope, session_ids, body, body.get("record_filter"), limit, user_id)
    return {"results": [_result(one) for one in found]}


def _session_ids(world: World, body: dict[str, Any]) -> list[str]:
    """The sessions to search; a Problem where one of them or the user is unknown."""
    named, user_id = body.get("session_ids"), body.get("user_id")
    if user_id:
        find_user(world, user_id)
    if named:
        stored = [find_session(world, session_id) for session_id in dict.fromkeys(named)]
        stored = [one for one in stored if not user_id or one["user_id"] == user_id]
    elif user_id:
        stored = world.store.list(SESSIONS, SESSIONS_OF_USER, user_id)
    else:
        stored = world.store.list(SESSIONS, SESSIONS_BY_ID)
    return [one["session_id"] for one in stored]


def _result(found: Found) -> dict[str, Any]:
    result = {"score": found.score, found.kind: found.thing}
    return {"session_id": found.session_id, **result} if found.session_id else result


def search_session(
    world: World, session_id: str, limit: int | None, body: dict[str, Any]
) -> list[dict[str, Any]]:
    """Search one session."""
    find_session(world, session_id)
    results = planted(world, body.get("text") or "", session_id)
    if results is not None:
        return results[: limit or None]
    scope = body.get("search_scope") or "messages"
    found = search(world, scope, [session_id], body, body.get("metadata"), limit)
    return [
        {"score": one.score, one.kind: one.thing, "metadata": one.thing.get("metadata")}
        for one in found
    ]
