"""The nodes of a graph: what its facts are about.

Every user has a node in its graph from the start, with the user's uuid and name. All other nodes
are created from facts, and are found by their names, whatever the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ...dates import timestamp
from ...metadata import patched
from ..owner import Owner, graph_of
from ..records import NODES, NODES_NAMED
from .facts import FACTS, edges_of_node

#: How many facts, the last ones, are the summary of a node.
_FACTS_IN_SUMMARY = 3

#: How long the name of an owner may be in its graph, where each fact repeats it.
LONGEST_NAME = 500

_CHANGEABLE = ("name", "summary", "labels")

_PROFILE = ("user_id", "email", "first_name", "last_name")


def as_node(world: World, stored: Record, edges: Sequence[Record] | None = None) -> dict[str, Any]:
    """Return a node as responses show it: with its own summary, else its last facts.

    `edges` are all edges of the node, if they have been read.
    """
    node = stored["node"]
    if node["summary"]:
        return dict(node)
    if edges is None:
        edges = edges_of_node(world, node["uuid"], last=_FACTS_IN_SUMMARY)
    facts = [edge["fact"]["fact"] for edge in edges[-_FACTS_IN_SUMMARY:]]
    return {**node, "summary": "\n".join(facts)}


def degree_of(world: World, uuid: str) -> int:
    """Return how many edges begin or end at a node."""
    return len(edges_of_node(world, uuid))


def user_node(world: World, user: Mapping[str, Any]) -> Record:
    """Return the node of a user; it is created for a user that a test has preset."""
    return world.store.get(NODES, user["uuid"]) or put_user_node(world, user)


def put_user_node(world: World, user: Mapping[str, Any]) -> Record:
    """Update the user's node to match the user, and return it."""
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
    """Return first and last name, else the id, as far as a node has room for it."""
    names = (user.get("first_name"), user.get("last_name"))
    full = " ".join(name for name in names if name) or str(user["user_id"])
    return full[:LONGEST_NAME]


def _name_key(graph: str, name: str) -> str:
    return f"{graph}\n{name.casefold()}"


def find_node_by_name(
    world: World, owner: Owner, record: Record | None, name: str
) -> Record | None:
    """Return the node of that name; that of the user also by first name or id.

    `record` is that of the owner, if it is known.
    """
    named = world.store.list(NODES, NODES_NAMED, _name_key(graph_of(owner), name), limit=1)
    if named:
        return named[0]
    is_user = owner[0] == "user"
    return _user_node_by_name(world, record, name) if record and is_user else None


def _user_node_by_name(world: World, user: Record, name: str) -> Record | None:
    names = {str(name).casefold() for name in (user["user_id"], user.get("first_name")) if name}
    return world.store.get(NODES, user["uuid"]) if name.casefold() in names else None


def add_node(world: World, owner: Owner, node: dict[str, Any]) -> Record:
    """Store a new node."""
    graph = graph_of(owner)
    stored = {
        "uuid": node["uuid"],
        "owner": graph,
        "named": _name_key(graph, node["name"]),
        "node": node,
    }
    world.store.put(NODES, node["uuid"], stored)
    return stored


def new_node(world: World, owner: Owner, name: str, labels: list[str]) -> Record:
    """Create a node for a fact."""
    node = {
        "uuid": world.ids.uuid(),
        "created_at": timestamp(world.clock.now()),
        "name": name,
        "summary": "",
        "labels": labels,
        "attributes": {},
    }
    return add_node(world, owner, node)


def change_node(world: World, stored: Record, given: Mapping[str, Any]) -> Record:
    """Store a node with a new name, summary or labels, and attributes merged in; return it."""
    node = {**stored["node"], **{name: given[name] for name in _CHANGEABLE if given.get(name)}}
    node["labels"] = with_entity(node["labels"])
    if given.get("attributes") is not None:
        node["attributes"] = patched(node["attributes"], given["attributes"])
    changed = {**stored, "named": _name_key(stored["owner"], node["name"]), "node": node}
    world.store.put(NODES, stored["uuid"], changed)
    return changed


def with_entity(labels: Iterable[str]) -> list[str]:
    """Return labels with `Entity`, which every node has, as the first one; each once."""
    return list(dict.fromkeys(("Entity", *labels)))


def forget_node(world: World, stored: Record) -> None:
    """Delete a node and its edges."""
    for edge in edges_of_node(world, stored["uuid"]):
        world.store.delete(FACTS, edge["uuid"])
    world.store.delete(NODES, stored["uuid"])
