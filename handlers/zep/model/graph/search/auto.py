"""The scope `auto`: what a graph holds about a query, as one text for a prompt.

Edges, nodes, observations and thread summaries are searched; the best of each are lines of the
text, kind by kind, as long as there is room.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from understudy import Record, World

from ...contexts import context_of_graph
from ...dates import time_key
from ...local_time import fact_line, zone_of
from ..elements.nodes import as_node
from ..owner import Owner
from .search import ranked

DEFAULT_CHARACTERS = 2500

#: The kinds, their names in the text, and how many of each are selected at most.
_SECTIONS = (
    ("edges", "FACTS", 20),
    ("nodes", "ENTITIES", 10),
    ("observations", "OBSERVATIONS", 5),
    ("thread_summaries", "THREAD_SUMMARIES", 5),
)

Selected = dict[str, list[tuple[float, Record]]]


class Context(NamedTuple):
    """A text for a prompt, what is in it by scope, and whether there was no room for more."""

    text: str
    selected: Selected
    truncated: bool


def context_about(
    world: World,
    owner: Owner,
    query: str,
    filters: Mapping[str, Any] | None = None,
    max_characters: int = DEFAULT_CHARACTERS,
    recency_bias: str = "off",
) -> Context:
    """Return what a graph holds about a query, in at most `max_characters` characters.

    The text is the one that a test has planted, if there is one. `recency_bias` puts what is newer
    first: `mild` among equals only, `strong` always.
    """
    found = _select(world, owner, query, filters or {}, max_characters, recency_bias)
    planted = context_of_graph(world, owner)
    if planted is None:
        return found
    return found._replace(text=planted[:max_characters], truncated=len(planted) > max_characters)


def _select(
    world: World,
    owner: Owner,
    query: str,
    filters: Mapping[str, Any],
    max_characters: int,
    recency_bias: str,
) -> Context:
    lines: list[str] = []
    selected: Selected = {}
    room, truncated, zone = max_characters, False, zone_of(world, owner)
    for scope, title, most in _SECTIONS:
        request = {"query": query, "search_filters": _filters_for(scope, filters)}
        found = _by_recency(ranked(world, owner, scope, request, most), recency_bias)
        opening, closing = f"<{title}>", f"</{title}>"
        fitting = _fitting(
            [f"  - {_words(world, scope, stored, zone)}" for _, stored in found],
            room - len(opening) - len(closing) - 2,
        )
        selected[scope] = found[: len(fitting)]
        truncated = truncated or len(fitting) < len(found)
        if fitting:
            section = [opening, *fitting, closing]
            lines += section
            room -= sum(len(line) + 1 for line in section)
    return Context("\n".join(lines), selected, truncated)


def _fitting(lines: list[str], room: int) -> list[str]:
    """Return the first lines, as many as there is room for."""
    ends = accumulate(len(line) + 1 for line in lines)
    return lines[: sum(end <= room for end in ends)]


def _by_recency(found: list[tuple[float, Record]], bias: str) -> list[tuple[float, Record]]:
    if bias == "off":
        return found
    weight = 1 if bias == "mild" else 0
    return sorted(found, key=lambda scored: (weight * scored[0], _created(scored[1])), reverse=True)


def _created(found: Record) -> float:
    node = found.get("node")  # that of an observation is a uuid
    shown = node if isinstance(node, Mapping) else found.get("fact") or found
    return time_key(shown["created_at"])


_OF_EDGES = frozenset(
    ("source_node_uuids", "target_node_uuids", "connected_node_uuids", "edge_uuids")
)


def _filters_for(scope: str, filters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the filters that the results of a scope can have."""
    if scope == "edges":
        return filters
    return {name: value for name, value in filters.items() if name not in _OF_EDGES}


def _words(world: World, scope: str, found: Record, zone: str | None) -> str:
    """Return the line of a result."""
    if scope == "edges":
        return fact_line(found["fact"], zone)
    if scope == "nodes":
        node = as_node(world, found)
        summary = " ".join(node["summary"].split())
        return f"{node['name']}: {summary}" if summary else str(node["name"])
    return str(found["summary"])
