"""Searches of a graph for results of one scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Record, World

from ....zep.model.graph.search.search import ranked
from ..addresses import owner_at
from ..episodes import readable_episodes
from .filters import check_policy_filter, filters_of
from .pages import Request, ranked_page

#: How many of the best results all pages together have.
_MOST_RESULTS = 200

#: Results of low quality have less than this part of the best score; the first ones never count.
_LOW_QUALITY = 0.5
_ALWAYS_KEPT = 5
_HIGH_QUALITY = 0.9

Scored = tuple[float, Record]


class SearchRequest(NamedTuple):
    """Which page of which search a client asks for."""

    scope: str
    graph_uuid: str
    page_size: int
    cursor: str | None


def search(
    world: World,
    asked: SearchRequest,
    body: Mapping[str, Any],
    shown: Callable[[World, Record], dict[str, Any]],
) -> dict[str, Any]:
    """Return a page of results, best first. Raises Problem 400 or 404."""
    found = _found(world, asked, body)
    with_relevance = body.get("reranker") == "cross_encoder"

    def as_result(scored: Scored) -> dict[str, Any]:
        score, stored = scored
        relevance = {"relevance": score} if with_relevance else {}
        return {**shown(world, stored), "score": score, **relevance}

    identity = (asked.scope, asked.graph_uuid.lower(), dict(body))
    page = ranked_page(found, as_result, Request(identity, asked.page_size, asked.cursor))
    del page["total_size"]
    return page


def _found(world: World, asked: SearchRequest, body: Mapping[str, Any]) -> Sequence[Scored]:
    owner, filters = owner_at(world, asked.graph_uuid), filters_of(body)
    check_policy_filter(world, filters)
    query = body["query"]
    request = {**body, "query": query, "search_filters": filters}
    found = ranked(world, owner, asked.scope, request, _MOST_RESULTS)
    if asked.scope == "episodes":
        is_readable = readable_episodes(world, filters)  # `ranked` has applied the other filters
        found = [scored for scored in found if is_readable(scored[1])]
    return _of_quality(found) if body.get("filter_low_quality_results") else found


def _of_quality(found: Sequence[Scored]) -> list[Scored]:
    least = min(_HIGH_QUALITY, found[0][0] * _LOW_QUALITY) if found else 0
    return [
        scored for number, scored in enumerate(found) if number < _ALWAYS_KEPT or scored[0] >= least
    ]
