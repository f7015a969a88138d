"""The owner of a graph: a user, or a group."""

from __future__ import annotations

from understudy import Record, World

from ..groups import GROUPS
from ..users import USERS

#: ("user", user_id) or ("group", group_id).
Owner = tuple[str, str]


def graph_of(owner: Owner) -> str:
    """Return the index value of an owner's graph."""
    return f"{owner[0]}:{owner[1]}"


def owner_of(graph: str) -> Owner:
    """Return the owner of a graph by its index value."""
    kind, _, owner_id = graph.partition(":")
    return kind, owner_id


def known_owner(world: World, owner: Owner) -> Record | None:
    """Return the record of an owner, if there is one."""
    kind, owner_id = owner
    return world.store.get(USERS if kind == "user" else GROUPS, owner_id)


def user_of(world: World, owner: Owner) -> Record | None:
    """Return the record of an owner that is a user, if there is one."""
    return known_owner(world, owner) if owner[0] == "user" else None
