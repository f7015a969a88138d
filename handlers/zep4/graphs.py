"""Operations of the tag `graphs` on whole graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ..zep.model.graph.records import Owner
from ..zep.model.groups import GROUPS, GROUPS_BY_ID
from ..zep.model.owners import change_group, create_group, graph_uuid_of
from ..zep.model.sessions.session import SESSIONS
from ..zep.model.users import USERS
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import clone_graph as submit_clone
from .model.addresses import owner_at
from .model.errors import invalid, not_found
from .model.graphs import as_graph, as_standard_graph, standard_graph_at
from .model.lists import ListRequest, list_page, moment
from .model.shapes import as_task, filled

_IDS = ("graph_id", "thread_id", "user_id")
_KEYS = {
    "uuid": lambda group: group["uuid"],
    "name": lambda group: group.get("name") or "",
    "created_at": lambda group: moment(group["created_at"]),
}


def create_graph(world: World, body: dict[str, Any] | None) -> tuple[dict[str, Any], int]:
    """Create a graph that belongs to no user."""
    return as_standard_graph(create_group(world, None, body or {})), 201


def list_graphs(
    world: World,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the graphs that belong to no user."""
    search = str((body or {}).get("search") or "").casefold()
    groups = world.store.list(GROUPS, GROUPS_BY_ID)
    found = [group for group in groups if not search or search in _searched(group)]
    asked = ListRequest("graphs", "", order_by, order, page_size, cursor, search)
    return list_page(found, _KEYS, as_standard_graph, asked, counted=True)


def _searched(group: Record) -> str:
    texts = (group["group_id"], group.get("name"), group.get("description"))
    return "\n".join(text for text in texts if text).casefold()


def lookup_graph(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Return a graph by an id of the client."""
    given = filled({name: (body or {}).get(name) for name in _IDS})
    if len(given) != 1:
        raise invalid("body", "", f"exactly one of {', '.join(_IDS)} is needed")
    owner = _owner_of_id(world, given)
    if owner is None:
        raise not_found("graph")
    return as_graph(world, owner)


def _owner_of_id(world: World, given: Mapping[str, str]) -> Owner | None:
    if "graph_id" in given:
        known = world.store.get(GROUPS, given["graph_id"])
        return ("group", given["graph_id"]) if known else None
    user_id = given.get("user_id")
    if user_id is None:
        thread = world.store.get(SESSIONS, given["thread_id"])
        user_id = thread and thread["user_id"]
    return ("user", user_id) if user_id and world.store.get(USERS, user_id) else None


def get_graph(world: World, graph_uuid: str) -> dict[str, Any]:
    """Return a graph."""
    return as_graph(world, owner_at(world, graph_uuid))


def update_graph(world: World, graph_uuid: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the fields that are neither null nor empty."""
    group = standard_graph_at(world, graph_uuid)
    return as_standard_graph(change_group(world, group, body or {}))


def delete_graph(world: World, graph_uuid: str) -> tuple[dict[str, Any], int]:
    """Delete a graph with all that it has."""
    group = standard_graph_at(world, graph_uuid)
    arguments = {"group_id": group["group_id"]}
    return {"task": as_task(submit(world, "delete_graph", arguments, "graph.delete"))}, 202


def clone_graph(world: World, graph_uuid: str, body: Any) -> tuple[dict[str, Any], int]:
    """Clone a graph into a new one that belongs to no user."""
    source = owner_at(world, graph_uuid)
    given = world.store.get(GROUPS, source[1]) if source[0] == "group" else None
    target: Owner = ("group", create_group(world, None, given or {})["group_id"])
    task = submit_clone(world, source, target)
    return {"graph": as_graph(world, target), "task": as_task(task)}, 202


def warm_graph(world: World, graph_uuid: str) -> tuple[dict[str, Any], int]:
    """Warm a graph, which is never cold here."""
    arguments = {"graph": graph_uuid_of(world, owner_at(world, graph_uuid))}
    return {"task": as_task(submit(world, "warm", arguments, "graph.warm"))}, 202
