"""Operations of the tag `graphs` on whole graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ..zep.model.dates import time_key
from ..zep.model.graph.owner import Owner
from ..zep.model.graph.records import NODES
from ..zep.model.graph.search.filters import wanted_surroundings
from ..zep.model.graph.traversal import subgraph
from ..zep.model.groups import GROUPS, GROUPS_BY_ID
from ..zep.model.owners import change_group, create_group, graph_uuid_of
from ..zep.model.users import USERS
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import clone_graph as submit_clone
from .model.addresses import owner_at
from .model.contexts import graph_context
from .model.errors import existing
from .model.graphs import as_graph, as_standard_graph, standard_graph_at, stored_at
from .model.lists.filters import filters_of
from .model.lists.lists import ListRequest, list_page
from .model.lookups import with_chosen_id
from .model.settings.content_policy import check_additions
from .model.shapes.graph_parts import as_edge, as_node
from .model.shapes.shapes import as_task, filled

_IDS = ("graph_id", "thread_id", "user_id")
_KEYS = {
    "uuid": lambda group: group["uuid"],
    "name": lambda group: group.get("name") or "",
    "created_at": lambda group: time_key(group["created_at"]),
}


def create_graph(world: World, body: dict[str, Any] | None) -> tuple[dict[str, Any], int]:
    """Create a graph that belongs to no user."""
    given = body or {}
    check_additions(world, given.get("content_policy"))
    return as_standard_graph(create_group(world, None, given)), 201


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
    owner = existing(_owner_of_id(world, given), "graph")
    return as_graph(world, owner)


def _owner_of_id(world: World, given: Mapping[str, str]) -> Owner | None:
    [(name, chosen)] = given.items()
    found = with_chosen_id(world, name.removesuffix("_id"), chosen)
    if found is None:
        return None
    if name == "graph_id":
        return "group", found["group_id"]
    user_id = found.get("user_id")
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


def get_graph_context(world: World, graph_uuid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what a graph knows about a query, for a prompt."""
    return graph_context(world, owner_at(world, graph_uuid), body)


def get_subgraph(world: World, graph_uuid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the surroundings of nodes."""
    owner = owner_at(world, graph_uuid)
    seeds = [stored_at(world, owner, NODES, uuid) for uuid in body["seed_node_uuids"]]
    found = subgraph(world, seeds, body, *wanted_surroundings(world, owner, filters_of(body)))
    shown = {
        "nodes": [as_node(world, stored) for stored in found.nodes],
        "edges": [as_edge(world, stored) for stored in found.edges],
        "truncated": found.reason is not None,
    }
    return {**shown, "truncation_reason": found.reason} if found.reason else shown
