"""Sessions and their messages as clients of v3 write and see them: threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ..users import USERS, graph_uuid_of_user


def as_thread(world: World, session: Mapping[str, Any]) -> dict[str, Any]:
    """Return a session as v3 shows it."""
    return {
        "uuid": session["uuid"],
        "thread_id": session["session_id"],
        "user_id": session["user_id"],
        "project_uuid": session["project_uuid"],
        "created_at": session["created_at"],
        **_uuids_of_user(world, session["user_id"]),
    }


def _uuids_of_user(world: World, user_id: str) -> dict[str, str]:
    user = world.store.get(USERS, user_id)
    if user is None:  # of a session that a test has preset
        return {}
    return {"user_uuid": user["uuid"], "graph_uuid": graph_uuid_of_user(user)}


def user_uuid_of(world: World, session: Mapping[str, Any]) -> dict[str, str]:
    """Return the field `user_uuid` of a session, if its user is known."""
    user = world.store.get(USERS, session["user_id"])
    return {"user_uuid": user["uuid"]} if user else {}


def given_message(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message that a client of v3 adds, by the names of v2."""
    return {
        "uuid": given.get("uuid"),
        "role_type": given["role"],
        "role": given.get("name"),
        "content": given["content"],
        "metadata": given.get("metadata"),
        "reference_time": given.get("created_at"),
    }


def as_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message as v3 shows it."""
    optional = {"name": message.get("role"), "metadata": message.get("metadata")}
    return {
        "uuid": message["uuid"],
        "created_at": message["created_at"],
        "role": message["role_type"],
        "content": message["content"],
        "processed": message.get("processed", True),
        **{name: value for name, value in optional.items() if value},
    }
