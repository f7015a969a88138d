"""The nodes of a graph: what its facts are about.

Every user has a node in the own graph from the start; it has the user's uuid and name. All other
nodes come from facts, and are found again by their names, in upper or lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ..records import timestamp
from ..users import USERS
from .facts import edges_of_node
from .records import NODES, NODES_NAMED, Owner, graph_of
from .types import labels_for

#: A node is summed up by so many facts, the last ones.
_FACTS_IN_SUMMARY = 3

_PROFILE = ("user_id", "email", "first_name", "last_name")


def as_node(world: World, stored: Record) -> dict[str, Any]:
    """The node as it is answered: with the summary that it was given, else one of its facts."""
    node = stored["node"]
    return {**node, "summary": node["summary"] or _summary(world, node["uuid"])}


def _summary(world: World, node: str) -> str:
    return "\n".join(
        stored["fact"]["fact"] for stored in edges_of_node(world, node, last=_FACTS_IN_SUMMARY)
    )


def user_node(world: World, user: Mapping[str, Any]) -> Record:
    """The node that stands for the user; it comes with a user that was planted, too."""
    return world.store.get(NODES, user["uuid"]) or put_user_node(world, user)


def put_user_node(world: World, user: Mapping[str, Any]) -> Record:
    """Keep the user's node like the user."""
    node = {
        "uuid": user["uuid"],
        "created_at": user["created_at"],
        "name": full_name(user),
        "summary": "",
        "labels": ["Entity", "User"],
        "attributes": {field: user[field] for field in _PROFILE if field in user},
    }
    old = world.store.get(NODES, user["uuid"])
    if old is None:
        return add_node(world, ("user", user["user_id"]), node)
    node["summary"] = old["node"]["summary"]
    stored = {**old, "named": _name_key(old["owner"], node["name"]), "node": node}
    world.store.put(NODES, user["uuid"], stored)
    return stored


def full_name(user: Mapping[str, Any]) -> str:
    """First and last name, else the id."""
    names = (user.get("first_name"), user.get("last_name"))
    return " ".join(name for name in names if name) or str(user["user_id"])


def _name_key(graph: str, name: str) -> str:
    return f"{graph}\n{name.casefold()}"


def find_node_by_name(world: World, owner: Owner, name: str) -> Record | None:
    """The node of that name; that of the user by first name or id, too."""
    found = world.store.list(NODES, NODES_NAMED, _name_key(graph_of(owner), name), limit=1)
    return found[0] if found else _user_node_by_name(world, owner, name)


def _user_node_by_name(world: World, owner: Owner, name: str) -> Record | None:
    kind, owner_id = owner
    user = world.store.get(USERS, owner_id) if kind == "user" else None
    if user is None:
        return None
    names = {owner_id.casefold(), str(user.get("first_name") or owner_id).casefold()}
    return world.store.get(NODES, user["uuid"]) if name.casefold() in names else None


def add_node(world: World, owner: Owner, node: dict[str, Any]) -> Record:
    """Store a new node."""
    graph = graph_of(owner)
    stored = {
        "uuid": node["uuid"],
        "owner": graph,
        "serial": world.store.serial(NODES),
        "named": _name_key(graph, node["name"]),
        "node": node,
    }
    world.store.put(NODES, node["uuid"], stored)
    return stored


def new_node(world: World, owner: Owner, name: str, fact: str, uuid: str | None = None) -> Record:
    """Add a node that a fact tells of."""
    node = {
        "uuid": uuid or world.ids.uuid(),
        "created_at": timestamp(world.clock.now()),
        "name": name,
        "summary": "",
        "labels": labels_for(world, f"{name} {fact}"),
        "attributes": {},
    }
    return add_node(world, owner, node)


def set_summary(world: World, stored: Record, summary: str) -> None:
    """Give a node a summary in words."""
    node = {**stored["node"], "summary": summary}
    world.store.put(NODES, stored["uuid"], {**stored, "node": node})
