"""Searches of a graph: ranked by words, then reordered by a reranker.

Each result has nodes: an edge its two, a node itself, an episode those of the facts learned from
it. Rerankers that count do so by these nodes.

rrf, cross_encoder  By score: how similar the words of the query and of the result are. Nodes
                    with equal scores are ordered by how similar their names alone are.
mmr                 By score and variety, see `intelligence.ranking`; the default of `mmr_lambda`
                    is 0.5.
node_distance       By the edges between the result and the center node, then by score; results
                    that cannot be reached come last. Without a center, by score.
episode_mentions    By how many episodes mention the most mentioned node of the result, then by
                    score.

With origins (`bfs_origin_node_uuids`), only results within three edges of an origin are returned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from understudy import Collection as Records
from understudy import Record, World

from ..intelligence.ranking import MMR_LAMBDA, rank
from .episodes import as_episode
from .facts import FACTS, as_edge, facts_of_episode, node_uuids
from .filters import Wanted, wanted_edges, wanted_episodes, wanted_nodes
from .nodes import as_node
from .records import EPISODES, NODES, Owner, page

DEFAULT_LIMIT = 10

_FARTHEST_FROM_ORIGIN = 3


class _Scope(NamedTuple):
    """How to search one kind of result."""

    records: Records
    present: Callable[[World, Record], Mapping[str, Any]]
    text: Callable[[World, Record], str]
    wanted: Callable[[World, Mapping[str, Any]], Wanted]
    nodes: Callable[[World, Record], Collection[str]]


_SCOPES = {
    "edges": _Scope(
        FACTS,
        lambda _, stored: as_edge(stored),
        lambda _, stored: str(stored["fact"]["fact"]),
        wanted_edges,
        lambda _, stored: (stored["source"], stored["target"]),
    ),
    "nodes": _Scope(
        NODES,
        as_node,
        lambda world, stored: "{name} {summary}".format(**as_node(world, stored)),
        wanted_nodes,
        lambda _, stored: (stored["uuid"],),
    ),
    "episodes": _Scope(
        EPISODES,
        lambda _, stored: as_episode(stored),
        lambda _, stored: str(as_episode(stored)["content"]),
        wanted_episodes,
        lambda world, stored: node_uuids(facts_of_episode(world, stored)),
    ),
}


def search(world: World, owner: Owner, request: Mapping[str, Any]) -> dict[str, Any]:
    """Search a graph; return the results of the scope, best first, with scores."""
    name = request.get("scope") or "edges"
    scope = _SCOPES[name]
    limit = request.get("limit") or DEFAULT_LIMIT
    sort_key = _order_of_reranker(world, owner, scope, request)
    lambda_ = request.get("mmr_lambda")
    ranked = rank(
        request["query"],
        _candidates(world, owner, scope, request),
        lambda stored: scope.text(world, stored),
        limit=None if sort_key else limit,
        min_score=request.get("min_score"),
        mmr_lambda=(MMR_LAMBDA if lambda_ is None else lambda_)
        if request.get("reranker") == "mmr"
        else None,
    )
    if sort_key:
        ranked = sorted(ranked, key=lambda scored: sort_key(scored[1]))[:limit]
    return {name: [{**scope.present(world, stored), "score": score} for score, stored in ranked]}


def _candidates(
    world: World, owner: Owner, scope: _Scope, request: Mapping[str, Any]
) -> list[Record]:
    wanted = scope.wanted(world, request)
    records = [record for record in page(world, scope.records, owner) if wanted(record)]
    if scope.records is NODES:
        records = _by_name(request["query"], records)
    origins = request.get("bfs_origin_node_uuids")
    if not origins:
        return records
    reachable = _distances(world, owner, origins, _FARTHEST_FROM_ORIGIN)
    return [
        stored for stored in records if not reachable.keys().isdisjoint(scope.nodes(world, stored))
    ]


def _by_name(query: str, nodes: list[Record]) -> list[Record]:
    """Order nodes by how similar their names are to the query; their summaries often overlap."""
    ranked = rank(
        query,
        nodes,
        lambda stored: str(stored["node"]["name"]),
        limit=None,
        min_score=None,
        mmr_lambda=None,
    )
    return [stored for _, stored in ranked]


def _order_of_reranker(
    world: World, owner: Owner, scope: _Scope, request: Mapping[str, Any]
) -> Callable[[Record], float] | None:
    """Return the sort key of the reranker, lowest first; None to keep the order by score."""
    reranker, center = request.get("reranker"), request.get("center_node_uuid")
    if reranker == "node_distance" and center:
        distances = _distances(world, owner, [center], None)
        return lambda stored: min(
            (distances.get(node, _UNREACHABLE) for node in scope.nodes(world, stored)),
            default=_UNREACHABLE,
        )
    if reranker == "episode_mentions":
        mentions = {
            (edge["episode"], node)
            for edge in page(world, FACTS, owner)
            for node in node_uuids([edge])
        }
        counts = Counter(node for episode, node in mentions if episode)
        return lambda stored: -max((counts[node] for node in scope.nodes(world, stored)), default=0)
    return None


_UNREACHABLE = float("inf")


def _distances(
    world: World, owner: Owner, origins: Iterable[str], most: int | None
) -> dict[str, int]:
    """Return how many edges lie between each node and the nearest origin, up to `most`."""
    neighbours: dict[str, list[str]] = {}
    for edge in page(world, FACTS, owner):
        neighbours.setdefault(edge["source"], []).append(edge["target"])
        neighbours.setdefault(edge["target"], []).append(edge["source"])
    distances = {origin.lower(): 0 for origin in origins}
    reached = list(distances)
    for node in reached:  # the list grows in the loop
        if distances[node] == most:
            break
        for neighbour in neighbours.get(node, ()):
            if neighbour not in distances:
                distances[neighbour] = distances[node] + 1
                reached.append(neighbour)
    return distances
