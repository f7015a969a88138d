"""Operations of the tag `graph` on nodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from ._graph_records import (
    EPISODES,
    NODES,
    Owner,
    edges_at,
    episodes_mentioning,
    find,
    page,
)
from ._owners import known_group, known_user


def get_graph_node(world: World, uuid: str) -> dict[str, Any]:
    """The node."""
    node: dict[str, Any] = find(world, NODES, uuid)["node"]
    return node


def get_node_edges(world: World, node_uuid: str) -> list[dict[str, Any]]:
    """The edges that begin or end at the node, oldest first."""
    found = find(world, NODES, node_uuid)
    return [stored["edge"] for stored in edges_at(world, found["uuid"])]


def get_node_episodes(world: World, node_uuid: str) -> dict[str, Any]:
    """The episodes that tell of the node, oldest first."""
    uuids = episodes_mentioning(world, find(world, NODES, node_uuid)["uuid"])
    return {"episodes": [find(world, EPISODES, uuid)["episode"] for uuid in uuids]}


def list_user_nodes(
    world: World, user_id: str, body: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """A page of the nodes in a user's graph, oldest first."""
    return _nodes(world, known_user(world, user_id), body or {})


def list_group_nodes(
    world: World, group_id: str, body: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """A page of the nodes in a group's graph, oldest first."""
    return _nodes(world, known_group(world, group_id), body or {})


def _nodes(world: World, owner: Owner, body: dict[str, Any]) -> list[dict[str, Any]]:
    found = page(world, NODES, owner, body.get("limit"), body.get("uuid_cursor"))
    return [stored["node"] for stored in found]
