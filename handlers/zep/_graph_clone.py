"""Clones of graphs: the same nodes, edges, facts and episodes under new uuids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Record, World

from ._facts import FACTS
from ._graph import add_edge, add_episode
from ._graph_nodes import add_node
from ._graph_records import (
    EDGES,
    EPISODES,
    IN_GRAPH,
    NODES,
    Owner,
    graph_of,
    mention,
    nodes_mentioned,
)
from ._users import USERS


def clone(world: World, source: Owner, target: Owner) -> None:
    """Copy the source's graph into that of the target, which is new."""
    renamed = _user_nodes(world, source, target)
    for stored in _all(world, NODES, source):
        _clone_node(world, stored, target, renamed)
    for stored in _all(world, EPISODES, source):
        _clone_episode(world, stored, target, renamed)
    for stored in _all(world, EDGES, source):
        _clone_edge(world, stored, target, renamed)


def _all(world: World, collection: Collection, owner: Owner) -> list[Record]:
    return world.store.list(collection, IN_GRAPH, graph_of(owner))


def _user_nodes(world: World, source: Owner, target: Owner) -> dict[str, str]:
    """The node of a user becomes that of the other user."""
    users = [world.store.get(USERS, name) for kind, name in (source, target) if kind == "user"]
    old, new = users if len(users) == 2 else (None, None)
    return {old["uuid"]: new["uuid"]} if old and new else {}


def _clone_node(world: World, stored: Record, target: Owner, renamed: dict[str, str]) -> None:
    known = renamed.get(stored["uuid"])
    copy = world.store.get(NODES, known) if known else None
    if copy is None:
        renamed[stored["uuid"]] = uuid = world.ids.uuid()
        copy = add_node(world, target, {**stored["node"], "uuid": uuid})
    node = {**copy["node"], "summary": stored["node"]["summary"]}
    world.store.put(NODES, copy["uuid"], {**copy, "facts": stored["facts"], "node": node})


def _clone_episode(world: World, stored: Record, target: Owner, renamed: dict[str, str]) -> None:
    renamed[stored["uuid"]] = uuid = world.ids.uuid()
    add_episode(world, target, {**stored["episode"], "uuid": uuid})
    for node in nodes_mentioned(world, stored["uuid"]):
        mention(world, uuid, renamed[node])


def _clone_edge(world: World, stored: Record, target: Owner, renamed: Mapping[str, str]) -> None:
    old = stored["edge"]
    edge = {
        **old,
        "uuid": world.ids.uuid(),
        "source_node_uuid": renamed[stored["source"]],
        "target_node_uuid": renamed[stored["target"]],
        "episodes": [renamed[episode] for episode in old["episodes"]],
    }
    add_edge(world, target, edge, stored["rating"])
    _clone_fact(world, stored["uuid"], edge["uuid"], target)


def _clone_fact(world: World, old: str, new: str, target: Owner) -> None:
    """The copy belongs to no session."""
    known = world.store.get(FACTS, old)
    if known is None:
        return
    kind, owner_id = target
    ids: dict[str, Any] = {"session_id": None, "user_id": None, "group_id": None}
    ids[f"{kind}_id"] = owner_id
    fact = {**known["fact"], "uuid": new}
    world.store.put(FACTS, new, {**known, **ids, "uuid": new, "fact": fact})
