"""Operations of the tag `graph` on nodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.episodes import as_episode
from .model.graph.facts import edges_of_node
from .model.graph.records import EPISODES, NODES, Owner, find, page
from .model.graph.shapes import show_edge, show_node
from .model.owners import group_owner, user_owner


def get_graph_node(world: World, uuid: str) -> dict[str, Any]:
    """Return a node."""
    return show_node(world, find(world, NODES, uuid))


def get_node_edges(world: World, node_uuid: str) -> list[dict[str, Any]]:
    """List the edges that begin or end at a node, oldest first."""
    node = find(world, NODES, node_uuid)
    return [show_edge(world, stored) for stored in edges_of_node(world, node["uuid"])]


def get_node_episodes(world: World, node_uuid: str) -> dict[str, Any]:
    """List the episodes that a node's edges were learned from, oldest first."""
    edges = edges_of_node(world, find(world, NODES, node_uuid)["uuid"])
    uuids = dict.fromkeys(stored["episode"] for stored in edges if stored["episode"])
    return {"episodes": [as_episode(find(world, EPISODES, uuid)) for uuid in uuids]}


def list_user_nodes(
    world: World, user_id: str, body: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """List a page of the nodes in a user's graph, oldest first."""
    return _nodes(world, user_owner(world, user_id), body or {})


def list_group_nodes(
    world: World, group_id: str, body: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """List a page of the nodes in a group's graph, oldest first."""
    return _nodes(world, group_owner(world, group_id), body or {})


def _nodes(world: World, owner: Owner, body: dict[str, Any]) -> list[dict[str, Any]]:
    nodes = page(world, NODES, owner, body.get("limit"), body.get("uuid_cursor"))
    return [show_node(world, stored) for stored in nodes]
