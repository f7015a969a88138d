"""Detects patterns in a graph, or in what a search finds in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from understudy import Record, World

from ...dates import parse_date
from ...intelligence.ranking import rank
from ..elements.facts import FACTS, node_uuids
from ..owner import Owner, graph_of
from ..records import IN_GRAPH, NODES, is_in_graph
from ..search.filters import wanted_edges
from ..search.search import ranked
from ..shapes import show_edge, show_node
from .kinds import KINDS, Edge, Graph, Pattern, relationship_of

#: How many edges, the last ones, are looked at.
_MOST_EDGES = 1000

_HALF_LIVES = {"7_days": 7, "30_days": 30, "90_days": 90}
_SECONDS = 24 * 60 * 60

Totals = Mapping[Pattern, tuple[int, float]]


def detect(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patterns of a graph, most frequent first. Raises Problem 400."""
    records = _edges(world, owner, given)
    seeds = given.get("seeds")
    if seeds:
        nodes = _seeds(world, records, seeds)
        records = [one for one in records if one["source"] in nodes or one["target"] in nodes]
    graph = _graph(world, records, given)
    totals: dict[Pattern, tuple[int, float]] = {}
    for name, config in _kinds(given.get("detect")).items():
        for pattern, many, weight in KINDS[name](graph, config):
            count, total = totals.get(pattern, (0, 0.0))
            totals[pattern] = (count + many, total + weight)
    patterns = [
        {**_shown(pattern, total), "description": pattern.description()}
        for pattern, total in _most_frequent(totals, given)
    ]
    return {"patterns": patterns, "metadata": _metadata(graph)}


def detect_about(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the relationships at the nodes that a search finds. Raises Problem 400."""
    found = ranked(world, owner, "nodes", {"query": given["query"]}, given.get("query_limit") or 10)
    nodes = {stored["uuid"]: stored for _, stored in found}
    records = [
        one
        for one in _edges(world, owner, given)
        if one["source"] in nodes or one["target"] in nodes
    ]
    graph = _graph(world, records, given)
    of_pattern: dict[Pattern, list[Record]] = {}
    totals: dict[Pattern, tuple[int, float]] = {}
    for edge, stored in zip(graph.edges, records, strict=True):
        pattern = relationship_of(graph, edge)
        of_pattern.setdefault(pattern, []).append(stored)
        count, total = totals.get(pattern, (0, 0.0))
        totals[pattern] = (count + 1, total + edge.weight)
    patterns = [
        {**_shown(pattern, total), **_resolved(world, of_pattern[pattern], given)}
        for pattern, total in _most_frequent(totals, given)
    ]
    shown = [show_node(world, stored) for stored in nodes.values()]
    return {"patterns": patterns, "nodes": shown, "metadata": _metadata(graph)}


def _edges(world: World, owner: Owner, given: Mapping[str, Any]) -> list[Record]:
    wanted = wanted_edges(world, owner, given.get("search_filters") or {})
    last = world.store.list(FACTS, IN_GRAPH, graph_of(owner), descending=True, limit=_MOST_EDGES)
    return [stored for stored in last if is_in_graph(stored) and wanted(stored)]


def _seeds(world: World, records: Iterable[Record], given: Mapping[str, Any]) -> set[str]:
    """Return the nodes that seeds name: by uuid, by label, or as the ends of edges."""
    nodes = {uuid.lower() for uuid in given.get("node_uuids") or ()}
    labels, names = set(given.get("node_labels") or ()), set(given.get("edge_types") or ())
    for record in records:
        if record["fact"]["name"] in names:
            nodes |= {record["source"], record["target"]}
        for uuid in node_uuids([record]) if labels else ():
            stored = world.store.get(NODES, uuid)
            if stored is not None and not labels.isdisjoint(stored["node"]["labels"]):
                nodes.add(uuid)
    return nodes


def _graph(world: World, records: Sequence[Record], given: Mapping[str, Any]) -> Graph:
    half_life = _HALF_LIVES.get(given.get("recency_weight") or "none")
    now = datetime.fromtimestamp(world.clock.now() / 1_000_000, UTC)
    labels = {uuid: _label(world.store.get(NODES, uuid)) for uuid in node_uuids(records)}
    edges = [
        Edge(
            stored["source"],
            stored["target"],
            str(stored["fact"]["name"]),
            _weight(stored["fact"]["created_at"], now, half_life),
        )
        for stored in records
    ]
    return Graph(edges, labels)


def _label(stored: Record | None) -> str:
    labels = (stored or {"node": {}})["node"].get("labels") or ["Entity"]
    return str(labels[-1])


def _weight(created_at: str, now: datetime, half_life: int | None) -> float:
    created = parse_date(created_at)
    if half_life is None or created is None:
        return 1.0
    days = max(0.0, (now - created).total_seconds()) / _SECONDS
    return float(0.5 ** (days / half_life))


def _kinds(config: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """Return the kinds of patterns to look for, with what is said of each."""
    wanted = {name: kind for name, kind in (config or {}).items() if kind is not None}
    return {name: wanted.get(name, {}) for name in KINDS if not wanted or name in wanted}


def _most_frequent(
    totals: Totals, given: Mapping[str, Any]
) -> list[tuple[Pattern, tuple[int, float]]]:
    least = given.get("min_occurrences") or 2
    frequent = [(pattern, total) for pattern, total in totals.items() if total[0] >= least]
    frequent.sort(key=lambda pair: (-pair[1][1], -pair[1][0], pair[0]))
    return frequent[: given.get("limit") or 50]


def _shown(pattern: Pattern, total: tuple[int, float]) -> dict[str, Any]:
    return {
        "type": pattern.kind,
        "node_labels": list(pattern.labels),
        "edge_types": list(pattern.names),
        "occurrences": total[0],
        "weighted_score": round(total[1], 6),
    }


def _resolved(world: World, records: Sequence[Record], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edges of a pattern that fit the query best, and their facts as a text."""
    best = rank(
        given["query"],
        records,
        lambda stored: str(stored["fact"]["fact"]),
        limit=given.get("edge_limit") or 10,
        min_score=None,
        mmr_lambda=None,
    )
    edges = [{**show_edge(world, stored), "score": score} for score, stored in best]
    return {"edges": edges, "summary": "\n".join(str(edge["fact"]) for edge in edges)}


def _metadata(graph: Graph) -> dict[str, int]:
    return {
        "edges_analyzed": len(graph.edges),
        "nodes_analyzed": len(graph.labels),
        "elapsed_ms": 0,
    }
