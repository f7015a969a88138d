"""Renders templates: each variable becomes the results that fit a query best, a line each.

Edges      `FACT (SINCE - UNTIL)`
Entities   `NAME (LABELS): SUMMARY`
Episodes   `WHEN NAME: CONTENT`
Others     `SUMMARY`

Of edges, entities and episodes, the newest records are candidates: as many as the limit and at
least 20, or 1,000 if only those of some types are wanted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from understudy import Collection, Record, World

from ..graph.derived.observations import observations_of
from ..graph.derived.thread_summaries import thread_summaries_of
from ..graph.elements.episodes import as_episode
from ..graph.elements.facts import FACTS
from ..graph.elements.nodes import as_node, user_node
from ..graph.owner import Owner, graph_of, user_of
from ..graph.records import EPISODES, IN_GRAPH, NODES
from ..intelligence.ranking import LONGEST_QUERY, rank
from ..local_time import fact_line, local, zone_of
from ..sessions.context import CONTEXT_MESSAGES
from ..sessions.messages import recent_messages, recent_texts
from .variables import Variable, parse

_FEWEST_CANDIDATES = 20
_MOST_CANDIDATES = 1000
#: How many observations, and how many summaries of threads, are rendered at most.
_MOST_SUMMARIES = 20


def render(world: World, template: str, owner: Owner, query: str) -> str:
    """Return a template with its variables replaced by what a graph knows that fits a query."""
    graph = _Graph(world, owner)

    @cache  # one variable may stand in many places
    def value(variable: Variable) -> str:
        return _VALUES[variable.name](graph, variable, query)

    return "".join(part if isinstance(part, str) else value(part) for part in parse(template))


class _Graph:
    """A graph, of which one rendering derives the same things once only."""

    def __init__(self, world: World, owner: Owner) -> None:
        self.world, self.owner = world, owner

    @cached_property
    def observations(self) -> list[dict[str, Any]]:
        """Its observations."""
        return observations_of(self.world, self.owner)

    @cached_property
    def thread_summaries(self) -> list[dict[str, Any]]:
        """The summaries of its threads."""
        return thread_summaries_of(self.world, self.owner)

    @cached_property
    def zone(self) -> str | None:
        """Its time zone."""
        return zone_of(self.world, self.owner)


def session_context(world: World, session: Mapping[str, Any], template: str) -> str:
    """Return a template rendered for the user of a session and its last messages."""
    messages = recent_messages(world, session["session_id"], CONTEXT_MESSAGES)
    query = " ".join(recent_texts(messages))[-LONGEST_QUERY:]
    return render(world, template, ("user", session["user_id"]), query)


def _user_summary(graph: _Graph, _: Variable, __: str) -> str:
    user = user_of(graph.world, graph.owner)
    return as_node(graph.world, user_node(graph.world, user))["summary"] if user else ""


def _edges(graph: _Graph, wanted: Variable, query: str) -> str:
    def shown(stored: Record) -> str:
        line = f"  - {fact_line(stored['fact'], graph.zone)}"
        return line + _attributes(wanted, stored.get("attributes"))

    facts = [
        stored
        for stored in _newest(graph, FACTS, wanted)
        if not wanted.types or stored["fact"].get("name") in wanted.types
    ]
    return _lines(wanted, query, facts, lambda stored: str(stored["fact"]["fact"]), shown)


def _entities(graph: _Graph, wanted: Variable, query: str) -> str:
    def shown(node: Mapping[str, Any]) -> str:
        summary = " ".join(node["summary"].split())
        labels = ", ".join(node["labels"])
        line = f"  - {node['name']} ({labels})" + (f": {summary}" if summary else "")
        return line + _attributes(wanted, node["attributes"])

    nodes = [
        node
        for stored in _newest(graph, NODES, wanted)
        if not wanted.types or not wanted.types.isdisjoint(stored["node"]["labels"])
        for node in [as_node(graph.world, stored)]
    ]
    return _lines(wanted, query, nodes, lambda node: f"{node['name']} {node['summary']}", shown)


def _episodes(graph: _Graph, wanted: Variable, query: str) -> str:
    def shown(episode: Mapping[str, Any]) -> str:
        speaker = episode.get("role") or episode.get("role_type")
        said = f"{speaker}: {episode['content']}" if speaker else episode["content"]
        return f"  - {local(episode['created_at'], graph.zone)} {said}"

    episodes = [
        episode
        for episode in map(as_episode, _newest(graph, EPISODES, wanted))
        if not wanted.types or episode.get("source") in wanted.types
    ]
    return _lines(wanted, query, episodes, lambda episode: str(episode["content"]), shown)


def _newest(graph: _Graph, collection: Collection, wanted: Variable) -> list[Record]:
    most = _MOST_CANDIDATES if wanted.types else max(wanted.limit, _FEWEST_CANDIDATES)
    group = graph_of(graph.owner)
    return graph.world.store.list(collection, IN_GRAPH, group, descending=True, limit=most)


def _lines(
    wanted: Variable,
    query: str,
    items: list[Any],
    text: Callable[[Any], str],
    shown: Callable[[Any], str],
) -> str:
    ranked = rank(query, items, text, limit=wanted.limit, min_score=None, mmr_lambda=None)
    return "\n".join(shown(item) for _, item in ranked)


def _attributes(wanted: Variable, attributes: Mapping[str, Any] | None) -> str:
    if not wanted.include_attributes or not attributes:
        return ""
    return " " + json.dumps(attributes, ensure_ascii=False)


def _observations(graph: _Graph, wanted: Variable, query: str) -> str:
    return _summaries(wanted, query, graph.observations)


def _thread_summaries(graph: _Graph, wanted: Variable, query: str) -> str:
    return _summaries(wanted, query, graph.thread_summaries)


def _summaries(wanted: Variable, query: str, items: list[dict[str, Any]]) -> str:
    few = wanted._replace(limit=min(wanted.limit, _MOST_SUMMARIES))
    return _lines(few, query, items, _summary, lambda item: f"  - {_summary(item)}")


def _summary(item: Mapping[str, Any]) -> str:
    return " ".join(str(item["summary"]).split())


_VALUES: Mapping[str, Callable[[_Graph, Variable, str], str]] = {
    "user_summary": _user_summary,
    "edges": _edges,
    "entities": _entities,
    "episodes": _episodes,
    "observations": _observations,
    "thread_summaries": _thread_summaries,
}
