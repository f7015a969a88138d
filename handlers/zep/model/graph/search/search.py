"""Searches of a graph: ranked by words, then reordered by a reranker.

rrf, cross_encoder  By score: how similar the words of the query and of the result are. Nodes
                    with equal scores are ordered by how similar their names alone are.
mmr                 By score and variety, see `intelligence.ranking`; the default of `mmr_lambda`
                    is 0.5.

The others are in `rerankers`. With origins (`bfs_origin_node_uuids`), only results within three
edges of an origin are returned. Facts that a test has planted for a query are all that it finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ...intelligence.ranking import balance, rank
from ..owner import Owner
from ..traversal import distances
from .planted import planted_edges
from .rerankers import order_of_reranker
from .scopes import SCOPES, Scope, by_name

DEFAULT_LIMIT = 10

_FARTHEST_FROM_ORIGIN = 3


def search(world: World, owner: Owner, request: Mapping[str, Any]) -> dict[str, Any]:
    """Search a graph; return the results of the scope as v2 and v3 show them, with scores."""
    name = request.get("scope") or "edges"
    found = ranked(world, owner, name, request, request.get("limit") or DEFAULT_LIMIT)
    shown = [show_result(world, name, scored) for scored in found]
    if request.get("reranker") == "cross_encoder":
        shown = [{**result, "relevance": result["score"]} for result in shown]
    return {name: shown}


def show_result(world: World, scope: str, scored: tuple[float, Record]) -> dict[str, Any]:
    """Return a result of a scope as v2 and v3 show it, with its score."""
    score, stored = scored
    return {**SCOPES[scope].shown(world, stored), "score": score}


def ranked(
    world: World, owner: Owner, scope: str, request: Mapping[str, Any], limit: int
) -> list[tuple[float, Record]]:
    """Return the records that a search finds in a scope, best first, with their scores.

    The request has the fields of v3; its filters may be those of v4.
    """
    if scope == "edges":
        planted = planted_edges(world, owner, request["query"])
        if planted is not None:
            return planted[:limit]
    kind = SCOPES[scope]
    sort_key = order_of_reranker(world, owner, kind.nodes, request)
    found = rank(
        request["query"],
        _candidates(world, owner, scope, request),
        lambda stored: kind.text(world, stored),
        limit=None if sort_key else limit,
        min_score=request.get("min_score"),
        mmr_lambda=balance(request, "reranker"),
    )
    if sort_key is None:
        return found
    return sorted(found, key=lambda scored: sort_key(scored[1]))[:limit]


def _candidates(world: World, owner: Owner, scope: str, request: Mapping[str, Any]) -> list[Record]:
    kind = SCOPES[scope]
    wanted = kind.wanted(world, owner, request)
    records = [record for record in kind.records(world, owner) if wanted(record)]
    if scope == "nodes":
        records = by_name(request["query"], records)
    origins = request.get("bfs_origin_node_uuids")
    return _reachable(world, owner, kind, records, origins) if origins else records


def _reachable(
    world: World, owner: Owner, kind: Scope, records: list[Record], origins: list[str]
) -> list[Record]:
    reached = distances(world, owner, origins, _FARTHEST_FROM_ORIGIN)
    return [
        stored for stored in records if not reached.keys().isdisjoint(kind.nodes(world, stored))
    ]
