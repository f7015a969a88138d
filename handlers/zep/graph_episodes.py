"""Operations of the tag `graph` on episodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from ._graph import forget_episode
from ._graph_records import (
    EDGES,
    EDGES_OF_EPISODE,
    EPISODES,
    IN_GRAPH,
    NODES,
    Owner,
    find,
    graph_of,
    nodes_mentioned,
)
from ._owners import known_group, known_user


def get_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """The episode."""
    episode: dict[str, Any] = find(world, EPISODES, uuid)["episode"]
    return episode


def delete_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """Delete the episode, its edges, and the nodes that nothing else tells of."""
    forget_episode(world, find(world, EPISODES, uuid)["uuid"])
    return {"message": "OK"}


def get_episode_mentions(world: World, uuid: str) -> dict[str, Any]:
    """The nodes and the edges that the episode tells of."""
    found = find(world, EPISODES, uuid)["uuid"]
    edges = world.store.list(EDGES, EDGES_OF_EPISODE, found)
    nodes = [find(world, NODES, node)["node"] for node in nodes_mentioned(world, found)]
    return {"edges": [stored["edge"] for stored in edges], "nodes": nodes}


def list_user_episodes(world: World, user_id: str, lastn: int | None) -> dict[str, Any]:
    """The last episodes in a user's graph, oldest first."""
    return _episodes(world, known_user(world, user_id), lastn)


def list_group_episodes(world: World, group_id: str, lastn: int | None) -> dict[str, Any]:
    """The last episodes in a group's graph, oldest first."""
    return _episodes(world, known_group(world, group_id), lastn)


def _episodes(world: World, owner: Owner, lastn: int | None) -> dict[str, Any]:
    found = world.store.list(
        EPISODES, IN_GRAPH, graph_of(owner), descending=True, limit=lastn or None
    )
    return {"episodes": [stored["episode"] for stored in reversed(found)]}
