"""Operations of the tag `graph_search`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.lists.searches import SearchRequest, search
from .model.shapes.graph_parts import (
    as_edge,
    as_episode,
    as_found_summary,
    as_node,
    as_observation,
)


def search_edges(
    world: World, graph_uuid: str, page_size: int, cursor: str | None, body: dict[str, Any]
) -> dict[str, Any]:
    """Search the edges of a graph."""
    asked = SearchRequest("edges", graph_uuid, page_size, cursor)
    return search(world, asked, body, as_edge)


def search_nodes(
    world: World, graph_uuid: str, page_size: int, cursor: str | None, body: dict[str, Any]
) -> dict[str, Any]:
    """Search the nodes of a graph."""
    asked = SearchRequest("nodes", graph_uuid, page_size, cursor)
    return search(world, asked, body, as_node)


def search_episodes(
    world: World, graph_uuid: str, page_size: int, cursor: str | None, body: dict[str, Any]
) -> dict[str, Any]:
    """Search the episodes of a graph."""
    asked = SearchRequest("episodes", graph_uuid, page_size, cursor)
    return search(world, asked, body, as_episode)


def search_observations(
    world: World, graph_uuid: str, page_size: int, cursor: str | None, body: dict[str, Any]
) -> dict[str, Any]:
    """Search the observations of a graph."""
    asked = SearchRequest("observations", graph_uuid, page_size, cursor)
    return search(world, asked, body, as_observation)


def search_thread_summaries(
    world: World, graph_uuid: str, page_size: int, cursor: str | None, body: dict[str, Any]
) -> dict[str, Any]:
    """Search the summaries of the threads of the user of a graph."""
    asked = SearchRequest("thread_summaries", graph_uuid, page_size, cursor)
    return search(world, asked, body, as_found_summary)
