"""Episodes: messages and data, from which graphs learn nodes and edges."""

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
    world: World, owner: Owner, fields: Mapping[str, Any], facts: Iterable[Extracted], now: str
) -> dict[str, Any]:
    """Add an episode that is not a message, with its facts, and return it."""
    uuid = world.ids.uuid()
    episode = {"uuid": uuid, "created_at": now, **fields, "processed": True}
    origin = {
        "session_id": fields.get("session_id"),
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
    """Add an edge for each fact of an episode.

    Nodes are found by name, or else created; `nodes` caches their uuids by name. Returns the fields
    that place the episode in the graph.
    """
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
    """Return an episode as responses show it."""
    message = stored.get("message")
    if message is None:
        episode: dict[str, Any] = stored["episode"]
        return episode
    optional = {"role": message["role"], "session_id": stored["session_id"]}
    return {
        "uuid": message["uuid"],
        "created_at": message["created_at"],
        "content": message["content"],
        "source": "message",
        "processed": True,
        "role_type": message["role_type"],
        **{name: value for name, value in optional.items() if value},
    }


def forget_episode(world: World, uuid: str) -> None:
    """Delete an episode, its edges, and the nodes without other edges.

    A message stays in its session.
    """
    episode = find(world, EPISODES, uuid)
    edges, user_node = facts_of_episode(world, episode), _user_node(world, episode["owner"])
    for stored in edges:
        world.store.delete(FACTS, stored["uuid"])
    for node in node_uuids(edges):
        if node != user_node and not edges_of_node(world, node, last=1):
            world.store.delete(NODES, node)
    _remove_from_graph(world, episode)


def _user_node(world: World, graph: str) -> str | None:
    kind, owner_id = graph.split(":", 1)
    user = world.store.get(USERS, owner_id) if kind == "user" else None
    return None if user is None else user["uuid"]


def _remove_from_graph(world: World, stored: Record) -> None:
    """Remove an episode from its graph; a message of a session stays stored."""
    if stored.get("session_id"):
        message = {name: stored[name] for name in ("session_id", "message")}
        world.store.put(EPISODES, stored["uuid"], message)
    else:
        world.store.delete(EPISODES, stored["uuid"])


def forget_graph(world: World, owner: Owner) -> None:
    """Delete all of a graph."""
    for collection in (EPISODES, NODES, FACTS):
        for stored in world.store.list(collection, IN_GRAPH, graph_of(owner)):
            world.store.delete(collection, stored["uuid"])
