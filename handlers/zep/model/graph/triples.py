"""Facts that a client adds as triples: two nodes, and the edge between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Problem, Record, World

from ..intelligence.statements import Extracted, stated
from ..records import not_found, timestamp
from .data import name_of
from .facts import FACTS, add_fact, as_edge
from .nodes import as_node, find_node_by_name, new_node, set_summary
from .records import NODES, Owner, find, graph_of

_DATES = ("created_at", "valid_at", "invalid_at", "expired_at")


def add_triple(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Add a fact as an edge, and its nodes if they are new; return them as responses show them."""
    uuid = (given.get("fact_uuid") or "").lower()
    if uuid and world.store.get(FACTS, uuid):
        raise Problem(400, "bad request: fact_uuid already exists")
    source = _node(world, owner, given, "source")
    target = _node(world, owner, given, "target")
    origin = {"uuid": uuid, "created_at": timestamp(world.clock.now())}
    origin.update({field: given[field] for field in _DATES if given.get(field)})
    fact = _fact(given, source, target)
    edge = add_fact(world, owner, fact, source["uuid"], target["uuid"], origin)
    source, target = (find(world, NODES, edge[end]) for end in ("source", "target"))
    return {
        "edge": as_edge(edge),
        "source_node": as_node(world, source),
        "target_node": as_node(world, target),
    }


def _fact(given: Mapping[str, Any], source: Record, target: Record) -> Extracted:
    names = {"source": source["node"]["name"], "target": target["node"]["name"]}
    return stated(names["source"], given["fact"])._replace(name=given["fact_name"], **names)


def _node(world: World, owner: Owner, given: Mapping[str, Any], end: str) -> Record:
    """Return the node that the request names by uuid or else by name; create it if there is none.

    Raises Problem 404 for the uuid of a node in another graph.
    """
    uuid = (given.get(f"{end}_node_uuid") or "").lower() or None
    name = given.get(f"{end}_node_name") or name_of(world, owner)
    known = world.store.get(NODES, uuid) if uuid else find_node_by_name(world, owner, name)
    if known is not None and known["owner"] != graph_of(owner):
        raise not_found()
    stored = known or new_node(world, owner, name, given["fact"], uuid)
    summary = given.get(f"{end}_node_summary")
    if summary:
        set_summary(world, stored, summary)
    return stored
