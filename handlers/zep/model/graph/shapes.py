"""Edges, nodes and triples as responses of v2 and v3 show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from .elements.facts import ENDS, FACTS, as_edge, edges_of_node, episodes_of
from .elements.nodes import as_node
from .plans.triples import planned_node
from .records import NODES

#: How many episodes a node names at most; of more, it names none in v3.
MOST_EPISODES = 100


def show_edge(world: World, stored: Record) -> dict[str, Any]:
    """Return an edge, with the present names and labels of its nodes."""
    shown = {**as_edge(stored), "scope": "entity"}
    if stored.get("hyperedge"):
        shown["hyperedge_uuid"] = stored["hyperedge"]
    for end in ENDS:
        node = world.store.get(NODES, stored[end])
        if node is not None:
            shown |= _end(end, node["node"])
    return shown


def _end(end: str, node: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{end}_node_name": node["name"], f"{end}_node_labels": node["labels"]}


def show_node(world: World, stored: Record) -> dict[str, Any]:
    """Return a node, with the episodes that tell of it, newest first, unless they are too many."""
    edges = edges_of_node(world, stored["node"]["uuid"])
    episodes = episodes_of(edges)
    truncated = len(episodes) > MOST_EPISODES
    shown = as_node(world, stored, edges)
    return {**shown, "episodes": [] if truncated else episodes, "episodes_truncated": truncated}


def show_triple(world: World, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return a triple: as it is in the graph, else as it is planned."""
    edge = world.store.get(FACTS, plan["edge"]["uuid"]) or plan["edge"]
    nodes = {end: planned_node(world, {**plan[end], "uuid": edge[end]}) for end in ENDS}
    shown = show_edge(world, edge)
    for end in ENDS:
        shown |= _end(end, nodes[end]["node"])
    return {"edge": shown, **{f"{end}_node": show_node(world, nodes[end]) for end in ENDS}}
