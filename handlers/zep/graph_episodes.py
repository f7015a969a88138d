"""Operations of the tag `graph` on episodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from ._facts import as_edge, ends, told_by
from ._graph import forget_episode
from ._graph_nodes import as_node
from ._graph_records import EPISODES, IN_GRAPH, NODES, Owner, as_episode, find, graph_of
from ._owners import known_group, known_user


def get_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """The episode."""
    return as_episode(find(world, EPISODES, uuid))


def delete_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """Delete the episode, its edges, and the nodes that nothing else tells of."""
    forget_episode(world, uuid)
    return {"message": "OK"}


def get_episode_mentions(world: World, uuid: str) -> dict[str, Any]:
    """The nodes and the edges that the episode tells of."""
    edges = told_by(world, find(world, EPISODES, uuid))
    nodes = [as_node(world, find(world, NODES, node)) for node in ends(edges)]
    return {"edges": [as_edge(stored) for stored in edges], "nodes": nodes}


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
    return {"episodes": [as_episode(stored) for stored in reversed(found)]}
