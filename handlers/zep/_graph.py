"""Graphs grow by episodes: what was said or added, the nodes that it tells of, and an edge a fact.

An edge that is a fact has the fact's uuid, and goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy import World

from ._facts import forget
from ._graph_nodes import learn, new_node, node_called
from ._graph_records import (
    EDGES,
    EDGES_OF_EPISODE,
    EPISODES,
    IN_GRAPH,
    MENTIONS,
    NODES,
    Owner,
    edges_at,
    episodes_mentioning,
    find,
    graph_of,
    mention,
    nodes_mentioned,
)
from ._intelligence import Extracted
from ._records import timestamp
from ._users import USERS


def observe(
    world: World,
    owner: Owner,
    *,
    content: str,
    source: str,
    facts: Sequence[Extracted],
    role: str | None = None,
    role_type: str | None = None,
    session_id: str | None = None,
    source_description: str | None = None,
    created_at: str | None = None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Add an episode, and for each fact an edge between its nodes, which are found again by name;
    the episode, and the edges in the order of the facts."""
    episode = {
        "uuid": world.ids.uuid(),
        "created_at": created_at or timestamp(world.clock.now()),
        "content": content,
        "source": source,
        "processed": True,
    }
    told = {
        "role": role,
        "role_type": role_type,
        "session_id": session_id,
        "source_description": source_description,
    }
    episode.update({field: value for field, value in told.items() if value})
    add_episode(world, owner, episode)
    return episode, [_relate(world, owner, fact, episode) for fact in facts]


def add_episode(world: World, owner: Owner, episode: dict[str, Any]) -> None:
    """Store a new episode."""
    stored = {
        "uuid": episode["uuid"],
        "owner": graph_of(owner),
        "serial": world.store.serial(EPISODES),
        "episode": episode,
    }
    world.store.put(EPISODES, episode["uuid"], stored)


def _relate(world: World, owner: Owner, fact: Extracted, episode: dict[str, Any]) -> dict[str, Any]:
    source = _node(world, owner, fact.source, fact.fact, episode["uuid"])
    target = _node(world, owner, fact.target, fact.fact, episode["uuid"])
    edge = {
        **new_edge(world, fact, source, target),
        "episodes": [episode["uuid"]],
        "valid_at": episode["created_at"],
    }
    add_edge(world, owner, edge, fact.rating)
    return edge


def _node(world: World, owner: Owner, name: str, fact: str, episode: str) -> str:
    stored = node_called(world, owner, name) or new_node(world, owner, name, fact=fact)
    learn(world, stored, fact)
    mention(world, episode, stored["uuid"])
    return str(stored["uuid"])


def new_edge(world: World, fact: Extracted, source: str, target: str) -> dict[str, Any]:
    """An edge that no episode tells of, not stored."""
    return {
        "uuid": world.ids.uuid(),
        "created_at": timestamp(world.clock.now()),
        "name": fact.name,
        "fact": fact.fact,
        "source_node_uuid": source,
        "target_node_uuid": target,
        "episodes": [],
        "attributes": {},
        "valid_at": None,
        "invalid_at": None,
        "expired_at": None,
    }


def add_edge(world: World, owner: Owner, edge: dict[str, Any], rating: float) -> None:
    """Store a new edge."""
    stored = {
        "uuid": edge["uuid"],
        "owner": graph_of(owner),
        "serial": world.store.serial(EDGES),
        "source": edge["source_node_uuid"],
        "target": edge["target_node_uuid"],
        "episode": next(iter(edge["episodes"]), None),
        "rating": rating,
        "edge": edge,
    }
    world.store.put(EDGES, edge["uuid"], stored)


def forget_edge(world: World, uuid: str) -> bool:
    """Forget an edge, and the fact that it is; its nodes stay. Whether there was one."""
    forget(world, uuid)
    return world.store.delete(EDGES, uuid)


def forget_episode(world: World, uuid: str) -> None:
    """Forget an episode, its edges, and the nodes that nothing else tells of."""
    kept = _user_node(world, find(world, EPISODES, uuid)["owner"])
    for stored in world.store.list(EDGES, EDGES_OF_EPISODE, uuid):
        forget_edge(world, stored["uuid"])
    for node in nodes_mentioned(world, uuid):
        world.store.delete(MENTIONS, f"{uuid} {node}")
        if not (node == kept or edges_at(world, node) or episodes_mentioning(world, node)):
            world.store.delete(NODES, node)
    world.store.delete(EPISODES, uuid)


def _user_node(world: World, graph: str) -> str | None:
    kind, owner_id = graph.split(":", 1)
    user = world.store.get(USERS, owner_id) if kind == "user" else None
    return None if user is None else user["uuid"]


def forget_graph(world: World, owner: Owner) -> None:
    """Forget all of a graph but its facts."""
    graph = graph_of(owner)
    for episode in world.store.list(EPISODES, IN_GRAPH, graph):
        for node in nodes_mentioned(world, episode["uuid"]):
            world.store.delete(MENTIONS, f"{episode['uuid']} {node}")
    for collection in (EPISODES, NODES, EDGES):
        for stored in world.store.list(collection, IN_GRAPH, graph):
            world.store.delete(collection, stored["uuid"])
