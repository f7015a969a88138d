"""Operations of the tag `graph` on episodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.episodes import as_episode, forget_episode
from .model.graph.facts import facts_of_episode, node_uuids
from .model.graph.records import EPISODES, IN_GRAPH, NODES, Owner, find, graph_of
from .model.graph.shapes import show_edge, show_node
from .model.owners import group_owner, user_owner


def get_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """Return an episode."""
    return as_episode(find(world, EPISODES, uuid))


def delete_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """Delete an episode, its edges, and the nodes that have no other edges."""
    forget_episode(world, uuid)
    return {"message": "OK"}


def get_episode_mentions(world: World, uuid: str) -> dict[str, Any]:
    """Return the edges that were learned from an episode, and their nodes."""
    edges = facts_of_episode(world, find(world, EPISODES, uuid))
    nodes = [show_node(world, find(world, NODES, node)) for node in node_uuids(edges)]
    return {"edges": [show_edge(world, stored) for stored in edges], "nodes": nodes}


def list_user_episodes(world: World, user_id: str, lastn: int | None) -> dict[str, Any]:
    """List the last episodes in a user's graph, oldest first."""
    return _episodes(world, user_owner(world, user_id), lastn)


def list_group_episodes(world: World, group_id: str, lastn: int | None) -> dict[str, Any]:
    """List the last episodes in a group's graph, oldest first."""
    return _episodes(world, group_owner(world, group_id), lastn)


def _episodes(world: World, owner: Owner, lastn: int | None) -> dict[str, Any]:
    episodes = world.store.list(
        EPISODES, IN_GRAPH, graph_of(owner), descending=True, limit=lastn or None
    )
    return {"episodes": [as_episode(stored) for stored in reversed(episodes)]}
