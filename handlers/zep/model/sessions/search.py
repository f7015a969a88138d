"""Search over the messages, the facts or the summaries of sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import World

from ..graph.elements.facts import FACTS, FACTS_OF_SESSION, is_rated
from ..graph.owner import graph_of
from ..graph.records import IN_GRAPH
from ..graph.search.planted import planted_results
from ..intelligence.ranking import balance, rank
from ..metadata_filter import MetadataFilter
from .messages import messages_of
from .summaries import summarize


class SearchHit(NamedTuple):
    """A search result and its score."""

    kind: str
    item: dict[str, Any]
    session_id: str | None
    score: float = 0.0


def preset_results(
    world: World, text: str, session_id: str | None = None
) -> list[dict[str, Any]] | None:
    """Return the results that a test has planted for the text (and the session), else None."""
    preset = planted_results(world, text)
    if preset is None or session_id is None:
        return preset
    return [result for result in preset if result.get("session_id", session_id) == session_id]


def search(
    world: World,
    scope: str,
    session_ids: Sequence[str],
    request: Mapping[str, Any],
    wanted: Mapping[str, Any] | None,
    limit: int | None,
    user_id: str | None = None,
) -> list[SearchHit]:
    """Return what matches the text of the request, best first.

    With a user id, facts are those of the user.
    """
    if scope == "facts":
        results = _facts(world, session_ids, request.get("min_fact_rating"), user_id)
    elif scope == "summary":
        results = _summaries(world, session_ids)
    else:
        results = _messages(world, session_ids)
    if wanted:
        wanted_metadata = MetadataFilter(wanted)
        results = (one for one in results if wanted_metadata.holds(one.item.get("metadata")))
    ranked = rank(
        request.get("text") or "",
        list(results),
        lambda result: str(result.item["content"]),
        limit=limit or None,
        min_score=request.get("min_score"),
        mmr_lambda=balance(request, "search_type"),
    )
    return [result._replace(score=score) for score, result in ranked]


def _messages(world: World, session_ids: Sequence[str]) -> Iterator[SearchHit]:
    for session_id in session_ids:
        for message in messages_of(world, session_id):
            yield SearchHit("message", message, session_id)


def _summaries(world: World, session_ids: Sequence[str]) -> Iterator[SearchHit]:
    for session_id in session_ids:
        summary = summarize(world, session_id)
        if summary is not None:
            yield SearchHit("summary", summary, session_id)


def _facts(
    world: World, session_ids: Sequence[str], min_rating: float | None, user_id: str | None
) -> Iterator[SearchHit]:
    index, groups = (FACTS_OF_SESSION, session_ids)
    if user_id:
        index, groups = IN_GRAPH, [graph_of(("user", user_id))]
    for group in groups:
        for stored in world.store.list(FACTS, index, group):
            if is_rated(stored["fact"], min_rating):
                yield SearchHit("fact", stored["fact"], stored["session_id"])
