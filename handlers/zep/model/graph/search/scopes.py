"""The scopes of a search: what it can find in a graph, and by which words.

Each result stands at nodes: an edge at its two, a node at itself, an episode at those of the facts
learned from it, an observation at its node.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Record, World

from ...intelligence.ranking import rank
from ..derived.observations import observations_of
from ..derived.thread_summaries import thread_summaries_of
from ..elements.episodes import as_episode, body_of, is_processed
from ..elements.facts import FACTS, facts_of_episode, node_uuids
from ..elements.nodes import as_node
from ..owner import Owner
from ..records import EPISODES, NODES, Wanted, records_in
from ..shapes import show_edge, show_node
from .filters import (
    Filters,
    refuse_filters_of_edges,
    wanted_derived,
    wanted_edges,
    wanted_episodes,
    wanted_nodes,
)


class Scope(NamedTuple):
    """How to search one kind of result.

    `records` lists what there is, `wanted` says what a request is about, `text` is what is
    compared with the query, `nodes` is where a result stands, and `shown` is a result as v3 shows
    it.
    """

    records: Callable[[World, Owner], Sequence[Record]]
    wanted: Callable[[World, Owner, Mapping[str, Any]], Wanted]
    text: Callable[[World, Record], str]
    nodes: Callable[[World, Record], Collection[str]]
    shown: Callable[[World, Record], Mapping[str, Any]]


def _filters(request: Mapping[str, Any]) -> Filters:
    return request.get("search_filters") or {}


def _wanted_edges(world: World, owner: Owner, request: Mapping[str, Any]) -> Wanted:
    return wanted_edges(world, owner, _filters(request), request.get("min_fact_rating"))


def _other(
    wanted: Callable[[World, Owner, Filters], Wanted],
) -> Callable[[World, Owner, Mapping[str, Any]], Wanted]:
    """Return how results other than edges are filtered."""

    def of_request(world: World, owner: Owner, request: Mapping[str, Any]) -> Wanted:
        filters = _filters(request)
        refuse_filters_of_edges(filters)
        return wanted(world, owner, filters)

    return of_request


def _episodes(world: World, owner: Owner) -> list[Record]:
    return [stored for stored in records_in(world, EPISODES, owner) if is_processed(stored)]


SCOPES: Mapping[str, Scope] = {
    "edges": Scope(
        lambda world, owner: records_in(world, FACTS, owner),
        _wanted_edges,
        lambda _, stored: str(stored["fact"]["fact"]),
        lambda _, stored: (stored["source"], stored["target"]),
        show_edge,
    ),
    "nodes": Scope(
        lambda world, owner: records_in(world, NODES, owner),
        _other(wanted_nodes),
        lambda world, stored: "{name} {summary}".format(**as_node(world, stored)),
        lambda _, stored: (stored["uuid"],),
        show_node,
    ),
    "episodes": Scope(
        _episodes,
        _other(wanted_episodes),
        lambda _, stored: str(body_of(stored)["content"]),
        lambda world, stored: node_uuids(facts_of_episode(world, stored)),
        lambda _, stored: as_episode(stored),
    ),
    "observations": Scope(
        observations_of,
        _other(wanted_derived),
        lambda _, found: "{name} {summary}".format(**found),
        lambda _, found: (found["node"],),
        lambda _, found: observation_json(found),
    ),
    "thread_summaries": Scope(
        thread_summaries_of,
        _other(wanted_derived),
        lambda _, found: str(found["summary"]),
        lambda _, found: (),
        lambda _, found: thread_summary_json(found),
    ),
}


def observation_json(observation: Record) -> dict[str, Any]:
    """Return an observation as v3 shows it."""
    hidden = ("owner", "node", "episodes")
    shown = {name: value for name, value in observation.items() if name not in hidden}
    return {**shown, "episode_ids": observation["episodes"]}


_OF_SUMMARIES = (
    "uuid",
    "name",
    "summary",
    "labels",
    "created_at",
    "last_summarized_at",
    "last_summarized_episode_valid_at",
)


def thread_summary_json(summary: Record) -> dict[str, Any]:
    """Return the summary of a thread as searches of v3 show it."""
    return {name: summary[name] for name in _OF_SUMMARIES if name in summary}


def by_name(query: str, nodes: Sequence[Record]) -> list[Record]:
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
