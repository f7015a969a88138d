"""Ways through a graph: distances, neighbours, and the surroundings of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from understudy import Record, World

from ..records import not_found
from .elements.facts import FACTS, edges_of_node
from .owner import Owner, graph_of
from .records import NODES, find, records_in

#: Decides whether a record is wanted.
Wanted = Callable[[Record], bool]


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
    owner: Owner,
    seeds: Sequence[str],
    *,
    depth: int,
    direction: str,
    edge_wanted: Wanted,
    node_wanted: Wanted,
    max_nodes: int,
    max_edges: int,
) -> Subgraph:
    """Return what is at most `depth` edges away from the seeds, the nearest first.

    Raises Problem 404 for a seed that the graph does not have.
    """
    nodes = {uuid: _seed(world, owner, uuid) for uuid in dict.fromkeys(map(str.lower, seeds))}
    reason = "max_nodes" if len(nodes) > max_nodes else None
    nodes = dict(list(nodes.items())[:max_nodes])
    edges: dict[str, Record] = {}
    reached = [(uuid, 0) for uuid in nodes]
    for uuid, distance in reached:  # the list grows in the loop
        if distance == depth:
            break
        for edge in edges_of_node(world, uuid, direction=direction):
            if edge["uuid"] in edges or not edge_wanted(edge):
                continue
            if len(edges) == max_edges:
                return Subgraph(list(nodes.values()), list(edges.values()), "max_edges")
            other = _other_end(edge, uuid)
            if other not in nodes:
                stored = world.store.get(NODES, other)
                if stored is None or not node_wanted(stored):
                    continue
                if len(nodes) == max_nodes:
                    reason = "max_nodes"
                    continue
                nodes[other] = stored
                reached.append((other, distance + 1))
            edges[edge["uuid"]] = edge
    return Subgraph(list(nodes.values()), list(edges.values()), reason)


def _seed(world: World, owner: Owner, uuid: str) -> Record:
    stored = find(world, NODES, uuid)
    if stored["owner"] != graph_of(owner):
        raise not_found()
    return stored
