"""Operations of the tag `users`."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from .model.graph.elements.facts import facts_of
from .model.graph.elements.nodes import user_node
from .model.graph.owner import graph_of
from .model.graph.records import IN_GRAPH
from .model.graph.shapes import show_node
from .model.owners import change_user, create_user
from .model.removal import forget_user
from .model.sessions.session import SESSIONS, SESSIONS_OF_USER
from .model.sessions.thread import as_thread
from .model.users import (
    USER_ORDERS,
    USERS,
    USERS_BY_ID,
    find_user,
    matching,
    refuse_known_user,
)


def add_user(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a user; fields that are empty are left out, as in Zep."""
    refuse_known_user(world, body["user_id"])
    return create_user(world, body["user_id"], body)


def get_user(world: World, user_id: str) -> dict[str, Any]:
    """Return a user, with the number of its sessions if there are any."""
    return _counted(world, find_user(world, user_id))


def _counted(world: World, user: Record) -> dict[str, Any]:
    sessions = world.store.count(SESSIONS, SESSIONS_OF_USER, user["user_id"])
    return {**user, "session_count": sessions} if sessions else dict(user)


def update_user(world: World, user_id: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the fields that are not empty; metadata is merged."""
    return _counted(world, change_user(world, find_user(world, user_id), body or {}))


def delete_user(world: World, user_id: str) -> dict[str, Any]:
    """Delete a user with its sessions, messages, facts and graph."""
    find_user(world, user_id)
    forget_user(world, user_id)
    return {"message": "OK"}


def list_users(
    world: World,
    page_number: int | None,
    page_size: int | None,
    search: str | None,
    order_by: str | None,
    asc: bool | None,
) -> dict[str, Any]:
    """List a page of the users, newest first by default; without a page size, all of them."""
    index = USER_ORDERS[order_by]
    offset, limit = ((page_number or 1) - 1) * (page_size or 0), page_size or None
    if search:
        found = matching(world.store.list(USERS, index, descending=not asc), search)
        total, users = len(found), found[offset : None if limit is None else offset + limit]
    else:
        total = world.store.count(USERS, index)
        users = world.store.list(USERS, index, descending=not asc, offset=offset, limit=limit)
    return {
        "users": [_counted(world, user) for user in users],
        "total_count": total,
        "row_count": len(users),
    }


def list_users_by_cursor(
    world: World, limit: int | None, cursor: int | None
) -> list[dict[str, Any]]:
    """List the users whose `id` is above the cursor, oldest first."""
    users = world.store.list(USERS, USERS_BY_ID, above=cursor, limit=limit or None)
    return [_counted(world, user) for user in users]


def get_user_facts(world: World, user_id: str) -> dict[str, Any]:
    """List the facts of a user, oldest first."""
    find_user(world, user_id)
    return {"facts": facts_of(world, IN_GRAPH, graph_of(("user", user_id)))}


def get_user_node(world: World, user_id: str) -> dict[str, Any]:
    """Return the node of a user in its graph."""
    return {"node": show_node(world, user_node(world, find_user(world, user_id)))}


def get_user_sessions(world: World, user_id: str) -> list[dict[str, Any]]:
    """List the sessions of a user, oldest first; none for an unknown user."""
    return [stored["session"] for stored in world.store.list(SESSIONS, SESSIONS_OF_USER, user_id)]


def get_user_threads(world: World, user_id: str) -> list[dict[str, Any]]:
    """List the threads of a user, oldest first; none for an unknown user."""
    stored = world.store.list(SESSIONS, SESSIONS_OF_USER, user_id)
    return [as_thread(world, each["session"]) for each in stored]


def warm_user(world: World, user_id: str) -> dict[str, Any]:
    """Take the hint that the graph of a user will be searched: no graph is cold here."""
    find_user(world, user_id)
    return {"message": "OK"}
