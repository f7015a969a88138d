"""Rerankers, which put the results of a search into another order than that by score.

node_distance       By the edges between the result and the center node, then by score; results
                    that cannot be reached come last. Without a center, by score.
episode_mentions    By how many episodes mention the most mentioned node of the result, then by
                    score. Among edges of named episodes, by score: an edge is of one episode.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from understudy import Record, World

from ..elements.facts import FACTS, node_uuids
from ..owner import Owner
from ..records import records_in
from ..traversal import distances

#: Returns the nodes that a result stands at.
Nodes = Callable[[World, Record], Collection[str]]
SortKey = Callable[[Record], float]

_UNREACHABLE = float("inf")


def order_of_reranker(
    world: World, owner: Owner, nodes: Nodes, request: Mapping[str, Any]
) -> SortKey | None:
    """Return the sort key of the reranker, lowest first; None to keep the order by score."""
    reranker, center = request.get("reranker"), request.get("center_node_uuid")
    if reranker == "node_distance" and center:
        return _by_distance(world, owner, nodes, center)
    named = (request.get("search_filters") or {}).get("episode_uuids")
    if reranker == "episode_mentions" and not named:
        return _by_mentions(world, owner, nodes)
    return None


def _by_distance(world: World, owner: Owner, nodes: Nodes, center: str) -> SortKey:
    away = distances(world, owner, [center], None)
    return lambda stored: min(
        (away.get(node, _UNREACHABLE) for node in nodes(world, stored)), default=_UNREACHABLE
    )


def _by_mentions(world: World, owner: Owner, nodes: Nodes) -> SortKey:
    mentions = {
        (edge["episode"], node)
        for edge in records_in(world, FACTS, owner)
        for node in node_uuids([edge])
    }
    counts = Counter(node for episode, node in mentions if episode)
    return lambda stored: -max((counts[node] for node in nodes(world, stored)), default=0)
