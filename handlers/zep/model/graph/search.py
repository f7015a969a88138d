"""Searches of a graph: a rank by words, put into another order by how things hang together.

Each edge, node and episode stands at some nodes: an edge at its two, a node at itself, an episode
at those that it tells of. Where rerankers count, they count by these.

rrf, cross_encoder  By score: how alike the words of the query and of the thing are. Nodes that
                    are equal come by how alike their names alone are.
mmr                 By score and variety, see `_intelligence`; `mmr_lambda` is 0.5 unless given.
node_distance       By the edges between the thing and the center node, equals by score; what
                    cannot be reached comes last. Without a center, by score.
episode_mentions    By how many episodes tell of the node of it that most tell of, equals by score.

With origins (`bfs_origin_node_uuids`), only what is within three edges of one of them is found.
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
    """How to search one kind of thing."""

    records: Records
    answer: Callable[[World, Record], Mapping[str, Any]]
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
    """What a graph holds that is like the query, best first, with scores."""
    name = request.get("scope") or "edges"
    scope = _SCOPES[name]
    limit = request.get("limit") or DEFAULT_LIMIT
    place = _order_of_reranker(world, owner, scope, request)
    lambda_ = request.get("mmr_lambda")
    ranked = rank(
        request["query"],
        _candidates(world, owner, scope, request),
        lambda stored: scope.text(world, stored),
        limit=None if place else limit,
        min_score=request.get("min_score"),
        mmr_lambda=(MMR_LAMBDA if lambda_ is None else lambda_)
        if request.get("reranker") == "mmr"
        else None,
    )
    if place:
        ranked = sorted(ranked, key=lambda one: place(one[1]))[:limit]
    return {name: [{**scope.answer(world, stored), "score": score} for score, stored in ranked]}


def _candidates(
    world: World, owner: Owner, scope: _Scope, request: Mapping[str, Any]
) -> list[Record]:
    wanted = scope.wanted(world, request)
    found = [s for s in page(world, scope.records, owner) if wanted(s)]
    if scope.records is NODES:
        found = _by_name(request["query"], found)
    origins = request.get("bfs_origin_node_uuids")
    if not origins:
        return found
    near = _distances(world, owner, origins, _FARTHEST_FROM_ORIGIN)
    return [stored for stored in found if not near.keys().isdisjoint(scope.nodes(world, stored))]


def _by_name(query: str, nodes: list[Record]) -> list[Record]:
    """The order that equals stay in: their summaries often tell of each other."""
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
    """What the reranker puts things into order by, the least first; None for their scores."""
    reranker, center = request.get("reranker"), request.get("center_node_uuid")
    if reranker == "node_distance" and center:
        away = _distances(world, owner, [center], None)
        return lambda stored: min(
            (away.get(node, _UNREACHABLE) for node in scope.nodes(world, stored)),
            default=_UNREACHABLE,
        )
    if reranker == "episode_mentions":
        told = {
            (edge["episode"], node)
            for edge in page(world, FACTS, owner)
            for node in node_uuids([edge])
        }
        often = Counter(node for episode, node in told if episode)
        return lambda stored: -max((often[n] for n in scope.nodes(world, stored)), default=0)
    return None


_UNREACHABLE = float("inf")


def _distances(
    world: World, owner: Owner, origins: Iterable[str], most: int | None
) -> dict[str, int]:
    """How many edges lie between each node and the nearest origin, `most` of them."""
    neighbours: dict[str, list[str]] = {}
    for edge in page(world, FACTS, owner):
        neighbours.setdefault(edge["source"], []).append(edge["target"])
        neighbours.setdefault(edge["target"], []).append(edge["source"])
    distances = {origin.lower(): 0 for origin in origins}
    reached = list(distances)
    for node in reached:  # which grows on the way
        if distances[node] == most:
            break
        for other in neighbours.get(node, ()):
            if other not in distances:
                distances[other] = distances[node] + 1
                reached.append(other)
    return distances
