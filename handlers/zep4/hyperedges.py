"""Operations of the tag `hyperedges`."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..zep.model.dates import time_key
from ..zep.model.graph.elements.facts import ENDS, FACTS, change_fact, members_of
from ..zep.model.graph.owner import Owner, graph_of
from ..zep.model.graph.plans.hyperedges import hyperedges_in, plan_hyperedge
from ..zep.model.graph.plans.triples import plan_triple
from ..zep.model.work.pending import submit
from .model.addresses import owner_at
from .model.errors import invalid, not_found
from .model.inputs import as_triple
from .model.lists.filters import filters_of
from .model.lists.lists import ListRequest, list_page
from .model.shapes.added import as_added_edge, as_added_hyperedge
from .model.shapes.graph_parts import as_hyperedge
from .model.shapes.shapes import as_task

_LEAST_NODES = 3
_KEYS: Mapping[str, Callable[[Sequence[Record]], Any]] = {
    "uuid": lambda members: members[0]["hyperedge"],
    "created_at": lambda members: time_key(members[0]["fact"]["created_at"]),
}
#: The fields of a member that each filter is about.
_FILTERED = {
    "node_uuids": ENDS,
    "edge_uuids": ("uuid",),
    "episode_uuids": ("episode",),
}
_DATES = ("expired_at", "invalid_at", "valid_at")


def add_hyperedge(
    world: World, graph_uuid: str, body: dict[str, Any]
) -> tuple[dict[str, Any], int]:
    """Add a fact about three nodes or more."""
    owner = owner_at(world, graph_uuid)
    shared = {**{name: body.get(name) for name in (*_DATES, "attributes")}, "fact": body["fact"]}
    triples = [
        as_triple(world, owner, {**shared, **given}, given["name"]) for given in body["edges"]
    ]
    plan = plan_hyperedge(world, owner, triples, body.get("metadata"))
    nodes = {triple["edge"][end] for triple in plan["triples"] for end in ENDS}
    if len(nodes) < _LEAST_NODES:
        raise invalid("body", "/edges", f"a hyperedge has at least {_LEAST_NODES} different nodes")
    arguments = {"owner": owner, "hyperedge": plan}
    task = submit(world, "add_hyperedge", arguments, "graph.hyperedge.add")
    return {"hyperedge": as_added_hyperedge(plan, body), "task": as_task(task)}, 202


def get_hyperedge(world: World, graph_uuid: str, hyperedge_uuid: str) -> dict[str, Any]:
    """Return a hyperedge with its members."""
    _, members = _at(world, graph_uuid, hyperedge_uuid)
    return as_hyperedge(world, members)


def _at(world: World, graph_uuid: str, uuid: str) -> tuple[Owner, Sequence[Record]]:
    """Return the owner of a graph, and the members of a hyperedge in it. Raises Problem 404."""
    owner = owner_at(world, graph_uuid)
    members = members_of(world, uuid)
    if not members or members[0]["owner"] != graph_of(owner):
        raise not_found("hyperedge")
    return owner, members


def update_hyperedge(
    world: World, graph_uuid: str, hyperedge_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Give all members of a hyperedge new words."""
    _, members = _at(world, graph_uuid, hyperedge_uuid)
    fact = (body or {}).get("fact")
    if fact:
        change_fact(world, members[0], {"fact": fact})
    return as_hyperedge(world, members_of(world, hyperedge_uuid))


def delete_hyperedge(
    world: World, graph_uuid: str, hyperedge_uuid: str
) -> tuple[dict[str, Any], int]:
    """Delete all members of a hyperedge."""
    _, members = _at(world, graph_uuid, hyperedge_uuid)
    arguments = {"uuid": members[0]["hyperedge"]}
    task = submit(world, "delete_hyperedge", arguments, "graph.hyperedge.delete")
    return {"task": as_task(task)}, 202


def create_hyperedge_edge(
    world: World, graph_uuid: str, hyperedge_uuid: str, body: dict[str, Any]
) -> tuple[dict[str, Any], int]:
    """Add a member to a hyperedge."""
    owner, members = _at(world, graph_uuid, hyperedge_uuid)
    shared = {name: members[0]["fact"].get(name) for name in ("fact", *_DATES)}
    triple = as_triple(world, owner, {**shared, **body}, body["name"])
    plan = plan_triple(world, owner, triple, {}, match=False)
    arguments = {"hyperedge": members[0]["hyperedge"], "member": plan}
    task = submit(world, "add_hyperedge_member", arguments, "graph.hyperedge.create_edge")
    edge = as_added_edge(plan, {**shared, **body}, ends=True)
    return {"edge": edge, "task": as_task(task)}, 202


def delete_hyperedge_edge(
    world: World, graph_uuid: str, hyperedge_uuid: str, edge_uuid: str
) -> tuple[dict[str, Any], int]:
    """Delete a member of a hyperedge; the others stay."""
    _, members = _at(world, graph_uuid, hyperedge_uuid)
    stored = world.store.get(FACTS, edge_uuid.lower())
    if stored is None or stored.get("hyperedge") != members[0]["hyperedge"]:
        raise not_found("edge")
    arguments = {"uuid": stored["uuid"]}
    task = submit(world, "delete_edge", arguments, "graph.hyperedge.delete_edge")
    return {"task": as_task(task)}, 202


def list_hyperedges(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the hyperedges of a graph."""
    owner = owner_at(world, graph_uuid)
    filters = filters_of(body)
    wanted = {name: {uuid.lower() for uuid in uuids} for name, uuids in filters.items() if uuids}
    found = [
        members
        for members in hyperedges_in(world, owner).values()
        if all(any(_has(one, name, wanted[name]) for one in members) for name in wanted)
    ]
    asked = ListRequest("hyperedges", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, _KEYS, lambda members: as_hyperedge(world, members), asked)


def _has(member: Record, name: str, uuids: Container[str]) -> bool:
    return any(member[field] in uuids for field in _FILTERED[name])
