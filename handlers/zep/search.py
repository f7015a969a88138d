"""Operations of the tag `search`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.sessions.search import SearchHit, preset_results, search
from .model.sessions.session import SESSIONS, SESSIONS_BY_ID, SESSIONS_OF_USER, find_session
from .model.users import find_user


def search_sessions(world: World, limit: int | None, body: dict[str, Any]) -> dict[str, Any]:
    """Search the named sessions, those of a user, those that are both, or all."""
    session_ids = _session_ids(world, body)
    results = preset_results(world, body["text"])
    if results is not None:
        return {"results": results[: limit or None]}
    scope = body.get("search_scope") or "facts"
    user_id = body.get("user_id") if not body.get("session_ids") else None
    hits = search(world, scope, session_ids, body, body.get("record_filter"), limit, user_id)
    return {"results": [_result(hit) for hit in hits]}


def _session_ids(world: World, body: dict[str, Any]) -> list[str]:
    """Return the ids of the sessions to search. Raises Problem 404."""
    named, user_id = body.get("session_ids"), body.get("user_id")
    if user_id:
        find_user(world, user_id)
    if named:
        stored = [find_session(world, session_id) for session_id in dict.fromkeys(named)]
        stored = [record for record in stored if not user_id or record["user_id"] == user_id]
    elif user_id:
        stored = world.store.list(SESSIONS, SESSIONS_OF_USER, user_id)
    else:
        stored = world.store.list(SESSIONS, SESSIONS_BY_ID)
    return [record["session_id"] for record in stored]


def _result(hit: SearchHit) -> dict[str, Any]:
    result = {"score": hit.score, hit.kind: hit.item}
    return {"session_id": hit.session_id, **result} if hit.session_id else result


def search_session(
    world: World, session_id: str, limit: int | None, body: dict[str, Any]
) -> list[dict[str, Any]]:
    """Search one session."""
    find_session(world, session_id)
    results = preset_results(world, body.get("text") or "", session_id)
    if results is not None:
        return results[: limit or None]
    scope = body.get("search_scope") or "messages"
    hits = search(world, scope, [session_id], body, body.get("metadata"), limit)
    return [
        {"score": hit.score, hit.kind: hit.item, "metadata": hit.item.get("metadata")}
        for hit in hits
    ]
