"""Graphs grow by episodes: what was said or added, its nodes, and an edge for each of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy import Record, World

from ..intelligence.statements import Extracted
from ..users import USERS
from .facts import FACTS, add_fact, edges_of_node, facts_of_episode, node_uuids
from .nodes import find_node_by_name, new_node
from .records import EPISODES, IN_GRAPH, NODES, Owner, find, graph_of


def add_episode(
    world: World, owner: Owner, told: Mapping[str, Any], facts: Iterable[Extracted], now: str
) -> dict[str, Any]:
    """Add an episode that is no message, and what it tells; the episode."""
    uuid = world.ids.uuid()
    episode = {"uuid": uuid, "created_at": now, **told, "processed": True}
    origin = {
        "session_id": told.get("session_id"),
        "episode": uuid,
        "created_at": now,
        "valid_at": episode["created_at"],
    }
    place = extend_graph(world, owner, facts, origin, {})
    world.store.put(EPISODES, uuid, {"uuid": uuid, **place, "episode": episode})
    return episode


def extend_graph(
    world: World,
    owner: Owner,
    facts: Iterable[Extracted],
    origin: Mapping[str, Any],
    nodes: dict[str, str],
) -> dict[str, Any]:
    """Add an edge for each fact of an episode, between nodes that are found again by name; the
    place of the episode in the graph. In `nodes` are the uuids of those that were found before."""
    edges = []
    for fact in facts:
        for name in (fact.source, fact.target):
            if name not in nodes:
                node = find_node_by_name(world, owner, name) or new_node(
                    world, owner, name, fact.fact
                )
                nodes[name] = node["uuid"]
        edge = add_fact(world, owner, fact, nodes[fact.source], nodes[fact.target], origin)
        edges.append(edge["uuid"])
    return {"owner": graph_of(owner), "serial": world.store.serial(EPISODES), "facts": edges}


def as_episode(stored: Record) -> dict[str, Any]:
    """The episode as it is answered."""
    message = stored.get("message")
    if message is None:
        episode: dict[str, Any] = stored["episode"]
        return episode
    told = {"role": message["role"], "session_id": stored["session_id"]}
    return {
        "uuid": message["uuid"],
        "created_at": message["created_at"],
        "content": message["content"],
        "source": "message",
        "processed": True,
        "role_type": message["role_type"],
        **{name: value for name, value in told.items() if value},
    }


def forget_episode(world: World, uuid: str) -> None:
    """Forget an episode, its edges, and the nodes that nothing else tells of; a message stays one
    of its session."""
    episode = find(world, EPISODES, uuid)
    edges, kept = facts_of_episode(world, episode), _user_node(world, episode["owner"])
    for stored in edges:
        world.store.delete(FACTS, stored["uuid"])
    for node in node_uuids(edges):
        if node != kept and not edges_of_node(world, node, last=1):
            world.store.delete(NODES, node)
    _remove_from_graph(world, episode)


def _user_node(world: World, graph: str) -> str | None:
    kind, owner_id = graph.split(":", 1)
    user = world.store.get(USERS, owner_id) if kind == "user" else None
    return None if user is None else user["uuid"]


def _remove_from_graph(world: World, stored: Record) -> None:
    """An episode goes: a message stays in its session only."""
    if stored.get("session_id"):
        kept = {name: stored[name] for name in ("session_id", "message")}
        world.store.put(EPISODES, stored["uuid"], kept)
    else:
        world.store.delete(EPISODES, stored["uuid"])


def forget_graph(world: World, owner: Owner) -> None:
    """Forget all of a graph."""
    for collection in (EPISODES, NODES, FACTS):
        for stored in world.store.list(collection, IN_GRAPH, graph_of(owner)):
            world.store.delete(collection, stored["uuid"])
