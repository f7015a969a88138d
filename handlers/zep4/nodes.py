"""Operations of the tag `nodes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Problem, Record, World

from ..zep.model.dates import time_key
from ..zep.model.graph.elements.facts import FACTS, degrees_in, node_uuids
from ..zep.model.graph.elements.nodes import change_node
from ..zep.model.graph.owner import Owner
from ..zep.model.graph.records import NODES, records_in
from ..zep.model.graph.search.filters import wanted_edges, wanted_nodes, wanted_surroundings
from ..zep.model.graph.traversal import Neighbour, neighbours
from ..zep.model.owners import record_of
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_nodes
from .model.addresses import owner_at
from .model.graphs import stored_at
from .model.lists.filters import filters_of
from .model.lists.lists import ListRequest, list_page
from .model.shapes.added import as_added_node
from .model.shapes.graph_parts import as_edge, as_node
from .model.shapes.shapes import as_task

_KEYS: Mapping[str, Callable[[Record], Any]] = {
    "uuid": lambda stored: stored["uuid"],
    "created_at": lambda stored: time_key(stored["node"]["created_at"]),
}
_KEYS_OF_NEIGHBOURS: Mapping[str, Callable[[Neighbour], Any]] = {
    "uuid": lambda found: _KEYS["uuid"](found.node),
    "created_at": lambda found: _KEYS["created_at"](found.node),
}
#: The filters of a list of nodes that are about the edges of these.
_OF_EDGES = ("edge_types", "exclude_edge_types", "edge_uuids")
_CHANGEABLE = ("name", "summary", "attributes")


def add_node(world: World, graph_uuid: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add nodes as they are given."""
    owner = owner_at(world, graph_uuid)
    nodes = [{**given, "labels": _labels(given)} for given in body["nodes"]]
    plans, task = add_nodes(world, owner, nodes)
    added = [as_added_node(plan, given) for plan, given in zip(plans, body["nodes"], strict=True)]
    return {"nodes": added, "task": as_task(task)}, 202


def _labels(given: Mapping[str, Any]) -> list[str]:
    return [given["label"]] if given.get("label") else []


def get_node(world: World, graph_uuid: str, node_uuid: str) -> dict[str, Any]:
    """Return a node."""
    return as_node(world, stored_at(world, owner_at(world, graph_uuid), NODES, node_uuid))


def update_node(
    world: World, graph_uuid: str, node_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Change the name, the summary or attributes of a node."""
    stored = stored_at(world, owner_at(world, graph_uuid), NODES, node_uuid)
    given = {name: body[name] for name in _CHANGEABLE if body and body.get(name) is not None}
    return as_node(world, change_node(world, stored, given) if given else stored)


def delete_node(world: World, graph_uuid: str, node_uuid: str) -> tuple[dict[str, Any], int]:
    """Delete a node with its edges."""
    owner = owner_at(world, graph_uuid)
    stored = stored_at(world, owner, NODES, node_uuid)
    _refuse_user_node(world, owner, stored)
    task = submit(world, "delete_node", {"uuid": stored["uuid"]}, "graph.node.delete")
    return {"task": as_task(task)}, 202


def _refuse_user_node(world: World, owner: Owner, stored: Record) -> None:
    if owner[0] == "user" and record_of(world, owner)["uuid"] == stored["uuid"]:
        raise Problem(409, "this is the node of the user: delete the user")


def list_nodes(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the nodes of a graph; only a list by degree shows degrees."""
    owner = owner_at(world, graph_uuid)
    filters = filters_of(body)
    wanted = wanted_nodes(world, owner, filters)
    ends = _ends_of_wanted(world, owner, filters)
    degrees = degrees_in(world, owner) if order_by == "degree" else None
    found = [
        stored
        for stored in records_in(world, NODES, owner)
        if (ends is None or stored["uuid"] in ends) and wanted(stored)
    ]

    def shown(stored: Record) -> dict[str, Any]:
        node = as_node(world, stored)
        return node if degrees is None else {**node, "degree": degrees[stored["uuid"]]}

    keys = {**_KEYS, "degree": lambda stored: (degrees or {})[stored["uuid"]]}
    asked = ListRequest("nodes", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, keys, shown, asked)


def _ends_of_wanted(
    world: World, owner: Owner, filters: Mapping[str, Any]
) -> frozenset[str] | None:
    """Return the nodes of the edges that filters are about; None if there are no such filters."""
    of_edges = {name: filters[name] for name in _OF_EDGES if filters.get(name)}
    if not of_edges:
        return None
    wanted = wanted_edges(world, owner, of_edges)
    edges = (stored for stored in records_in(world, FACTS, owner) if wanted(stored))
    return frozenset(node_uuids(edges))


def list_node_neighbors(
    world: World,
    graph_uuid: str,
    node_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the nodes that edges connect to a node, with these edges."""
    owner, given = owner_at(world, graph_uuid), body or {}
    node = stored_at(world, owner, NODES, node_uuid)
    filters = filters_of(given)
    direction = given.get("direction") or "both"
    edge_wanted, node_wanted = wanted_surroundings(world, owner, filters)
    found = neighbours(world, node, direction, edge_wanted, node_wanted)
    about = [node["uuid"], direction, filters]
    asked = ListRequest("neighbors", graph_uuid, order_by, order, page_size, cursor, about)
    return list_page(found, _KEYS_OF_NEIGHBOURS, lambda one: _neighbour(world, one), asked)


def _neighbour(world: World, found: Neighbour) -> dict[str, Any]:
    edges = [as_edge(world, stored) for stored in found.edges]
    return {"node": as_node(world, found.node), "edges": edges}
