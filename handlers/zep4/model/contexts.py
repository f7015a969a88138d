"""Contexts of graphs: what they know about a query, as one text for a prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Record, World

from ...zep.model.graph.owner import Owner
from ...zep.model.graph.search.auto import DEFAULT_CHARACTERS, Selected, context_about
from ...zep.model.templates.rendering import render
from .addresses import template_at
from .lists.filters import filters_of
from .shapes.graph_parts import as_edge, as_found_summary, as_node, as_observation

_SHOWN: Mapping[str, Callable[[World, Record], dict[str, Any]]] = {
    "edges": as_edge,
    "nodes": as_node,
    "observations": as_observation,
    "thread_summaries": as_found_summary,
}


def graph_context(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of a graph about a query. Raises Problem 404 for its template."""
    query = given["query"]
    most = given.get("max_characters") or DEFAULT_CHARACTERS
    bias = given.get("recency_bias") or "off"
    found = context_about(world, owner, query, filters_of(given), most, bias)
    text, truncated = found.text, found.truncated
    if given.get("template_uuid"):
        template = template_at(world, given["template_uuid"])["template"]
        text, truncated = _cut(render(world, template, owner, query), most)
    context = {"context": text, "truncated": truncated}
    if not given.get("include_results"):
        return context
    return {**context, "results": _results(world, found.selected)}


def _cut(text: str, most: int) -> tuple[str, bool]:
    """Return the text, cut after a line if it is too long, and whether it is cut."""
    if len(text) <= most:
        return text, False
    return text[: text.rfind("\n", 0, most) + 1] or text[:most], True


def _results(world: World, selected: Selected) -> dict[str, Any]:
    """Return what was selected, with its place among all of it; there are never episodes."""
    results: dict[str, list[dict[str, Any]]] = {"episodes": []}
    rank = 0
    for scope, found in selected.items():
        shown = results.setdefault(scope, [])
        for score, stored in found:
            rank += 1
            shown.append({**_SHOWN[scope](world, stored), "score": score, "selection_rank": rank})
    return results
