"""Operations of the tag `graph` that add to graphs: data, facts, nodes, and copies of graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from .model.graph.elements.episodes import as_episode
from .model.graph.owner import Owner
from .model.graph.shapes import show_triple
from .model.groups import GROUPS, refuse_known_group
from .model.owners import create_group, create_user, owner_of_request
from .model.users import USERS, refuse_known_user
from .model.work.submission import add_data, add_data_batch, add_nodes, add_triples
from .model.work.submission import clone_graph as submit_clone

#: What the answer says of an added node, as the request had it.
_OF_NODES = ("label", "summary", "attributes", "metadata")


def add_graph_data(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add data to a graph."""
    stored, _ = add_data(world, owner_of_request(world, body), body)
    return as_episode(stored)


def add_graph_data_batch(world: World, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Add several pieces of data to a graph, in the order of the request."""
    owner = owner_of_request(world, body)
    episodes, _ = add_data_batch(world, owner, body["episodes"], body)
    return [as_episode(stored) for stored in episodes]


def add_fact_triple(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a fact and the two nodes that it connects; v3, which has `graph_id`, chooses no uuid."""
    given = body if body.get("graph_id") is None else {**body, "fact_uuid": None}
    [plan], task = add_triples(world, owner_of_request(world, body), [given])
    return {**show_triple(world, plan), "task_id": task["uuid"]}


def add_graph_nodes(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add nodes to a graph without data to learn them from."""
    nodes = [_node(given) for given in body["nodes"]]
    plans, task = add_nodes(world, owner_of_request(world, body), nodes)
    added = [_added(plan, given) for plan, given in zip(plans, nodes, strict=True)]
    return {"nodes": added, "task_id": task["uuid"]}


def _node(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node of a request with its label in a list, and without an uuid of null."""
    label = given.get("label")
    return {**given, "uuid": None, "labels": [label] if label else None}


def _added(plan: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    kept = {field: given[field] for field in _OF_NODES if given.get(field)}
    return {**kept, "uuid": plan["uuid"], "name": plan["name"], "created_at": plan["created_at"]}


def clone_graph(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Clone a graph into that of a new user or a new graph."""
    source = owner_of_request(world, body, "source_")
    kind, target_id = _target(body, source)
    target = (
        _new_user(world, source, target_id)
        if kind == "user"
        else _new_group(world, source, target_id)
    )
    task = submit_clone(world, source, target)
    names = ["user_id"] if kind == "user" else ["graph_id"]
    if body.get("target_group_id") is not None:
        names = ["group_id"]
    return {**dict.fromkeys(names, target[1]), "task_id": task["uuid"]}


def _target(given: Mapping[str, Any], source: Owner) -> tuple[str, str | None]:
    """Return kind and id of the owner to create; of the source's kind, if none is named."""
    user_id, graph_id = given.get("target_user_id"), given.get("target_graph_id")
    group_id = given.get("target_group_id") if graph_id is None else graph_id
    if user_id is not None:
        return "user", user_id
    return ("group", group_id) if group_id is not None else (source[0], None)


def _new_user(world: World, source: Owner, user_id: str | None) -> Owner:
    if user_id is not None:
        refuse_known_user(world, user_id)
    kind, source_id = source
    profile = (kind == "user" and world.store.get(USERS, source_id)) or {}
    return "user", create_user(world, user_id, profile)["user_id"]


def _new_group(world: World, source: Owner, group_id: str | None) -> Owner:
    if group_id is not None:
        refuse_known_group(world, group_id)
    kind, source_id = source
    description = (kind == "group" and world.store.get(GROUPS, source_id)) or {}
    return "group", create_group(world, group_id, description)["group_id"]
