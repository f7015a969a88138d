"""Search over the messages, the facts or the summaries of sessions.

A test plants what it wants to be found: `{"text", "results": [{"session_id", "score", and one of
"message", "summary" and "fact"}]}` in the collection `searches`, under the text that is searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Collection, World

from ..graph.facts import FACTS, FACTS_OF_SESSION, is_rated
from ..graph.records import IN_GRAPH, graph_of
from ..intelligence.ranking import MMR_LAMBDA, rank
from ..metadata import matches
from .messages import messages_of
from .summaries import summarize

SEARCHES = Collection("searches")


class Found(NamedTuple):
    """Something that may be found, and how well it fits."""

    kind: str
    thing: dict[str, Any]
    session_id: str | None
    score: float = 0.0


def planted(world: World, text: str, session_id: str | None = None) -> list[dict[str, Any]] | None:
    """The results that were planted for the text (and the session); None where none were."""
    stored = world.store.get(SEARCHES, text)
    if stored is None:
        return None
    results: list[dict[str, Any]] = stored["results"]
    if session_id is None:
        return results
    return [one for one in results if one.get("session_id", session_id) == session_id]


def search(
    world: World,
    scope: str,
    session_ids: Sequence[str],
    request: Mapping[str, Any],
    wanted: Mapping[str, Any] | None,
    limit: int | None,
    user_id: str | None = None,
) -> list[Found]:
    """What fits the text of the request, best first. With a user id, the facts of that user."""
    if scope == "facts":
        things = _facts(world, session_ids, request.get("min_fact_rating"), user_id)
    elif scope == "summary":
        things = _summaries(world, session_ids)
    else:
        things = _messages(world, session_ids)
    if wanted:
        things = (one for one in things if matches(wanted, one.thing.get("metadata")))
    ranked = rank(
        request.get("text") or "",
        list(things),
        lambda one: str(one.thing["content"]),
        limit=limit or None,
        min_score=request.get("min_score"),
        mmr_lambda=_mmr_lambda(request),
    )
    return [one._replace(score=score) for score, one in ranked]


def _mmr_lambda(request: Mapping[str, Any]) -> float | None:
    if request.get("search_type") != "mmr":
        return None
    given = request.get("mmr_lambda")
    return MMR_LAMBDA if given is None else given


def _messages(world: World, session_ids: Sequence[str]) -> Iterator[Found]:
    for session_id in session_ids:
        for message in messages_of(world, session_id):
            yield Found("message", message, session_id)


def _summaries(world: World, session_ids: Sequence[str]) -> Iterator[Found]:
    for session_id in session_ids:
        summary = summarize(world, session_id)
        if summary is not None:
            yield Found("summary", summary, session_id)


def _facts(
    world: World, session_ids: Sequence[str], min_rating: float | None, user_id: str | None
) -> Iterator[Found]:
    index, groups = (FACTS_OF_SESSION, session_ids)
    if user_id:
        index, groups = IN_GRAPH, [graph_of(("user", user_id))]
    for group in groups:
        for stored in world.store.list(FACTS, index, group):
            if is_rated(stored["fact"], min_rating):
                yield Found("fact", stored["fact"], stored["session_id"])
