"""Graphs as Zep v4 shows them, and what may be done to those that belong to no user."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Problem, Record, World

from ...zep.model.graph.elements.facts import FACTS
from ...zep.model.graph.owner import Owner, graph_of
from ...zep.model.graph.records import EPISODES, NODES, is_in_graph
from ...zep.model.groups import GROUPS
from ...zep.model.owners import graph_uuid_of, record_of
from .addresses import owner_at
from .errors import not_found
from .shapes.shapes import filled, own_id

_DESCRIPTION = ("name", "description", "time_zone")
_NAMES = {EPISODES: "episode", NODES: "node", FACTS: "edge"}


def as_graph(world: World, owner: Owner) -> dict[str, Any]:
    """Return the graph of a user or a group."""
    record = record_of(world, owner)
    if owner[0] == "group":
        return as_standard_graph(record)
    optional = {"user_uuid": record["uuid"], "time_zone": record.get("time_zone")}
    return {**_common(record, graph_uuid_of(world, owner)), "type": "user", **filled(optional)}


def as_standard_graph(group: Record) -> dict[str, Any]:
    """Return a graph that belongs to no user; one without an id of the client's own shows none."""
    optional = {name: group.get(name) for name in _DESCRIPTION}
    optional["graph_id"] = own_id(group, "group_id")
    return {**_common(group, group["uuid"]), "type": "standard", **filled(optional)}


def _common(record: Record, uuid: str) -> dict[str, Any]:
    created_at = record["created_at"]
    updated_at = record.get("updated_at") or created_at
    return {"uuid": uuid, "created_at": created_at, "updated_at": updated_at}


def standard_graph_at(world: World, graph_uuid: str) -> Record:
    """Return a graph that belongs to no user. Raises Problem 404, and 400 for that of a user."""
    kind, owner_id = owner_at(world, graph_uuid)
    if kind == "user":
        raise Problem(400, "this is the graph of a user: change or delete the user")
    group = world.store.get(GROUPS, owner_id)
    assert group is not None  # the owner was found by it
    return group


def stored_at(world: World, owner: Owner, collection: Collection, uuid: str) -> Record:
    """Return an episode, a node or an edge of a graph, as it is stored. Raises Problem 404."""
    stored = world.store.get(collection, uuid.lower())
    if stored is None or stored.get("owner") != graph_of(owner) or not is_in_graph(stored):
        raise not_found(_NAMES[collection])
    return stored
