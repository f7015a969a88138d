"""Facts that a client adds as triples: two nodes, and the edge between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Problem, Record, World

from ._facts import add_facts
from ._graph import add_edge, new_edge
from ._graph_data import name_of
from ._graph_nodes import learn, new_node, node_called, summed_up
from ._graph_records import EDGES, NODES, Owner, graph_of
from ._intelligence import Extracted, stated
from ._records import not_found

_DATES = ("created_at", "valid_at", "invalid_at", "expired_at")


def add_triple(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Add an edge that is a fact, and its nodes where they are new; what is answered of them."""
    uuid = (given.get("fact_uuid") or "").lower()
    if uuid and world.store.get(EDGES, uuid):
        raise Problem(400, "bad request: fact_uuid already exists")
    source = _node(world, owner, given, "source")
    target = _node(world, owner, given, "target")
    fact = _fact(given, source, target)
    edge = new_edge(world, fact, source["uuid"], target["uuid"])
    edge.update({field: given[field] for field in _DATES if given.get(field)})
    if uuid:
        edge["uuid"] = uuid
    add_edge(world, owner, edge, fact.rating)
    add_facts(world, owner, [fact], [edge])
    nodes = [world.store.get(NODES, stored["uuid"]) or stored for stored in (source, target)]
    return {"edge": edge, "source_node": nodes[0]["node"], "target_node": nodes[1]["node"]}


def _fact(given: Mapping[str, Any], source: Record, target: Record) -> Extracted:
    names = {"source": source["node"]["name"], "target": target["node"]["name"]}
    return stated(names["source"], given["fact"])._replace(name=given["fact_name"], **names)


def _node(world: World, owner: Owner, given: Mapping[str, Any], end: str) -> Record:
    """The node that the request tells of, by uuid or else by name; a new one where there is none.

    A uuid of another graph's node is not found.
    """
    uuid = (given.get(f"{end}_node_uuid") or "").lower() or None
    name = given.get(f"{end}_node_name") or name_of(world, owner)
    known = world.store.get(NODES, uuid) if uuid else node_called(world, owner, name)
    if known is not None and known["owner"] != graph_of(owner):
        raise not_found()
    stored = known or new_node(world, owner, name, fact=given["fact"], uuid=uuid)
    summary = given.get(f"{end}_node_summary")
    if summary:
        return summed_up(world, stored, summary)
    learn(world, stored, given["fact"])
    return stored
