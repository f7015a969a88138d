"""The kinds of patterns, and how often each occurs in some edges.

relationship    The label of a node, the name of an edge and the label of a node: once an edge.
hub             The label of a node with many edges: once a node.
path            Two such edges in a row: once for each two edges.
co_occurrence   The labels of two nodes that an edge, or two edges in a row, connect: once for each
                way from one to the other.
cluster         The labels of three nodes with edges between all of them: once for each three.

Of the labels of a node, the last one counts. All work is bounded by the number of edges: paths are
counted by groups of edges of one kind, not one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

#: Over how many edges a co-occurrence goes at most.
_MOST_HOPS = 2


class Edge(NamedTuple):
    """An edge as patterns see it; `weight` is less than one for an old edge."""

    source: str
    target: str
    name: str
    weight: float


class Pattern(NamedTuple):
    """A kind of pattern with labels and the names of edges."""

    kind: str
    labels: tuple[str, ...]
    names: tuple[str, ...]

    def description(self) -> str:
        """Return the pattern as a text for people."""
        if self.names:
            steps = zip(self.names, self.labels[1:], strict=True)
            return self.labels[0] + "".join(f" -[{name}]-> {label}" for name, label in steps)
        if self.kind == "hub":
            return f"{self.labels[0]} with many edges"
        return " - ".join(self.labels)


class Graph(NamedTuple):
    """The edges that are looked at, and the label of each of their nodes."""

    edges: Sequence[Edge]
    labels: Mapping[str, str]


#: Occurrences of a pattern: how many, and their weight.
Occurrences = Iterator[tuple[Pattern, int, float]]


def relationships(graph: Graph, _: Mapping[str, Any]) -> Occurrences:
    """Return each edge as a pattern."""
    for edge in graph.edges:
        yield relationship_of(graph, edge), 1, edge.weight


def relationship_of(graph: Graph, edge: Edge) -> Pattern:
    """Return the pattern that an edge is."""
    labels = (graph.labels[edge.source], graph.labels[edge.target])
    return Pattern("relationship", labels, (edge.name,))


def hubs(graph: Graph, config: Mapping[str, Any]) -> Occurrences:
    """Return each node with many edges as a pattern."""
    weights: dict[str, list[float]] = defaultdict(list)
    for edge in graph.edges:
        for node in {edge.source, edge.target}:
            weights[node].append(edge.weight)
    for node, found in weights.items():
        if len(found) >= (config.get("min_degree") or 3):
            yield Pattern("hub", (graph.labels[node],), ()), 1, sum(found) / len(found)


def paths(graph: Graph, config: Mapping[str, Any]) -> Occurrences:
    """Return each two edges in a row as a pattern."""
    if config.get("max_hops") == 1:
        return
    into: dict[str, _Groups] = defaultdict(_Groups)
    out: dict[str, _Groups] = defaultdict(_Groups)
    for edge in graph.edges:
        into[edge.target].add((graph.labels[edge.source], edge.name), edge.weight)
        out[edge.source].add((graph.labels[edge.target], edge.name), edge.weight)
    for node, before in into.items():
        for (first, name), (many, weight) in before.items():
            for (last, next_name), (more, next_weight) in out[node].items():
                labels = (first, graph.labels[node], last)
                pattern = Pattern("path", labels, (name, next_name))
                yield pattern, many * more, weight * next_weight


class _Groups(dict[tuple[str, str], tuple[int, float]]):
    """Counts and weights of edges, by their kinds."""

    def add(self, kind: tuple[str, str], weight: float) -> None:
        many, total = self.get(kind, (0, 0.0))
        self[kind] = (many + 1, total + weight)


def co_occurrences(graph: Graph, config: Mapping[str, Any]) -> Occurrences:
    """Return the labels of each two nodes that are near to one another as a pattern."""
    around: dict[str, Counter[str]] = defaultdict(Counter)
    for edge in graph.edges:
        ends = (graph.labels[edge.source], graph.labels[edge.target])
        yield _together(ends), 1, edge.weight
        around[edge.source][ends[1]] += 1
        around[edge.target][ends[0]] += 1
    if min(config.get("max_hops") or _MOST_HOPS, _MOST_HOPS) == 1:
        return
    for counts in around.values():
        for label, many in counts.items():
            if many > 1:
                ways = many * (many - 1) // 2
                yield _together((label, label)), ways, float(ways)
        for pair in combinations(counts, 2):
            ways = counts[pair[0]] * counts[pair[1]]
            yield _together(pair), ways, float(ways)


def _together(labels: Sequence[str]) -> Pattern:
    return Pattern("co_occurrence", tuple(sorted(labels)), ())


def clusters(graph: Graph, _: Mapping[str, Any]) -> Occurrences:
    """Return each three nodes with edges between all of them as a pattern."""
    after: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        if edge.source != edge.target:
            after[min(edge.source, edge.target)].add(max(edge.source, edge.target))
    for first in list(after):
        for second in after[first]:
            for third in after[first] & after.get(second, set()):
                labels = sorted(graph.labels[node] for node in (first, second, third))
                yield Pattern("cluster", tuple(labels), ()), 1, 1.0


#: The kinds by their names in requests.
KINDS: Mapping[str, Callable[[Graph, Mapping[str, Any]], Occurrences]] = {
    "relationships": relationships,
    "hubs": hubs,
    "paths": paths,
    "co_occurrences": co_occurrences,
    "clusters": clusters,
}
