"""Ways through a graph: distances, neighbours, and the surroundings of nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from understudy import Record, World

from .elements.facts import FACTS, edges_of_node
from .owner import Owner
from .records import NODES, Wanted, records_in

#: How many nodes and edges a subgraph has at most, unless the request says it.
_MOST_NODES = 100
_MOST_EDGES = 200


def distances(
    world: World, owner: Owner, origins: Iterable[str], most: int | None
) -> dict[str, int]:
    """Return how many edges lie between each node and the nearest origin, up to `most`."""
    neighbours_of: dict[str, list[str]] = {}
    for edge in records_in(world, FACTS, owner):
        neighbours_of.setdefault(edge["source"], []).append(edge["target"])
        neighbours_of.setdefault(edge["target"], []).append(edge["source"])
    found = {origin.lower(): 0 for origin in origins}
    reached = list(found)
    for node in reached:  # the list grows in the loop
        if found[node] == most:
            break
        for neighbour in neighbours_of.get(node, ()):
            if neighbour not in found:
                found[neighbour] = found[node] + 1
                reached.append(neighbour)
    return found


class Neighbour(NamedTuple):
    """A node beside another one, and the edges between the two."""

    node: Record
    edges: list[Record]


def neighbours(
    world: World,
    node: Record,
    direction: str,
    edge_wanted: Wanted,
    node_wanted: Wanted,
) -> list[Neighbour]:
    """Return the nodes that edges connect to a node, `out` of it, `in` to it, or `both`."""
    by_node: dict[str, list[Record]] = {}
    for edge in edges_of_node(world, node["uuid"], direction=direction):
        other = _other_end(edge, node["uuid"])
        if other != node["uuid"] and edge_wanted(edge):
            by_node.setdefault(other, []).append(edge)
    found = ((world.store.get(NODES, uuid), edges) for uuid, edges in by_node.items())
    return [Neighbour(other, edges) for other, edges in found if other and node_wanted(other)]


def _other_end(edge: Record, node: str) -> str:
    return str(edge["target"] if edge["source"] == node else edge["source"])


class Subgraph(NamedTuple):
    """Nodes and the edges between them; `reason` names the bound that left out others."""

    nodes: list[Record]
    edges: list[Record]
    reason: str | None


def subgraph(
    world: World,
    seeds: Iterable[Record],
    given: Mapping[str, Any],
    edge_wanted: Wanted,
    node_wanted: Wanted,
) -> Subgraph:
    """Return the surroundings of nodes, the nearest first.

    The request says how many edges away they are at most, in which direction, and how many nodes
    and edges they have: `depth`, `direction`, `max_nodes` and `max_edges`.
    """
    growing = _Growing(given.get("max_nodes") or _MOST_NODES, given.get("max_edges") or _MOST_EDGES)
    for seed in seeds:
        growing.add_node(seed, 0)
    depth, direction = given.get("depth") or 1, given.get("direction") or "both"
    for uuid, distance in growing.reached:  # the list grows in the loop
        if distance == depth:
            break
        for edge in edges_of_node(world, uuid, direction=direction):
            if edge["uuid"] in growing.edges or not edge_wanted(edge):
                continue
            if len(growing.edges) == growing.max_edges:
                return growing.subgraph("max_edges")
            other = world.store.get(NODES, _other_end(edge, uuid))
            if other and growing.reaches(other, distance + 1, node_wanted):
                growing.edges[edge["uuid"]] = edge
    return growing.subgraph()


class _Growing:
    """The part of a subgraph that is known, and the distances of its nodes."""

    def __init__(self, max_nodes: int, max_edges: int) -> None:
        self.max_nodes, self.max_edges = max_nodes, max_edges
        self.nodes: dict[str, Record] = {}
        self.edges: dict[str, Record] = {}
        self.reached: list[tuple[str, int]] = []
        self._reason: str | None = None

    def add_node(self, node: Record, distance: int) -> bool:
        """Add a node unless there is no room for it; return whether it is there."""
        if node["uuid"] in self.nodes:
            return True
        if len(self.nodes) == self.max_nodes:
            self._reason = "max_nodes"
            return False
        self.nodes[node["uuid"]] = node
        self.reached.append((node["uuid"], distance))
        return True

    def reaches(self, node: Record, distance: int, wanted: Wanted) -> bool:
        """Add a node that an edge leads to if it is wanted; return whether it is there."""
        return node["uuid"] in self.nodes or (wanted(node) and self.add_node(node, distance))

    def subgraph(self, reason: str | None = None) -> Subgraph:
        """Return what is known; `reason` is the bound that has ended the search."""
        found = list(self.nodes.values()), list(self.edges.values())
        return Subgraph(*found, reason or self._reason)
