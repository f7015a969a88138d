"""Operations of the tag `graph` that search graphs, or go through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Problem, Record, World

from .model.graph.owner import Owner, graph_of
from .model.graph.patterns.detection import detect, detect_about
from .model.graph.records import NODES
from .model.graph.search.auto import DEFAULT_CHARACTERS, context_about
from .model.graph.search.filters import wanted_surroundings
from .model.graph.search.search import search, show_result
from .model.graph.shapes import show_edge, show_node
from .model.graph.traversal import subgraph
from .model.owners import owner_of_request

#: The rerankers that need one scope.
_NOT_FOR_AUTO = ("node_distance", "episode_mentions")


def search_graph(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Search a graph by words."""
    owner = owner_of_request(world, body)
    scope = body.get("scope")
    results = _auto(world, owner, body) if scope == "auto" else search(world, owner, body)
    return {**results, "response": {"server_latency_ms": 0}}


def _auto(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the best of all scopes as a text, and with its results if they are asked for."""
    reranker = given.get("reranker")
    if reranker in _NOT_FOR_AUTO:
        raise Problem(400, f"bad request: reranker {reranker} does not go with scope auto")
    room = given.get("max_characters") or DEFAULT_CHARACTERS
    filters = given.get("search_filters")
    context = context_about(world, owner, given["query"], filters, room)
    if not given.get("return_raw_results"):
        return {"context": context.text}
    scored = [(scope, one) for scope, found in context.selected.items() for one in found]
    scored.sort(key=lambda pair: -pair[1][0])
    results: dict[str, Any] = {scope: [] for scope in context.selected}
    for rank, (scope, one) in enumerate(scored, 1):
        results[scope].append({**show_result(world, scope, one), "selection_rank": rank})
    return {"context": context.text, **results}


def get_subgraph(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return the nodes around the seeds, and the edges between them."""
    owner = owner_of_request(world, body)
    filters = body.get("search_filters") or {}
    if filters.get("episode_metadata_filters"):
        raise Problem(400, "bad request: episode_metadata_filters do not apply to subgraphs")
    seeds = _known(world, owner, body["seed_node_uuids"])
    found = subgraph(world, seeds, body, *wanted_surroundings(world, owner, filters))
    return {
        "nodes": [show_node(world, stored) for stored in found.nodes],
        "edges": [show_edge(world, stored) for stored in found.edges],
        "truncated": found.reason is not None,
        "truncation_reason": found.reason,
    }


def _known(world: World, owner: Owner, seeds: list[str]) -> list[Record]:
    """Return the seeds that the graph has."""
    graph = graph_of(owner)
    stored = (world.store.get(NODES, uuid.lower()) for uuid in seeds)
    return [node for node in stored if node is not None and node["owner"] == graph]


def detect_patterns(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return what recurs in a graph, or in what a search finds in it."""
    owner = owner_of_request(world, body)
    if body.get("query"):
        return detect_about(world, owner, body)
    return detect(world, owner, body)
