"""Whose graph a request is about, and how owners come to be: users and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from .graph.nodes import put_user_node
from .graph.records import Owner
from .groups import GROUPS, find_group
from .records import identity, rating_instruction
from .users import USERS, find_user

PROFILE = ("email", "first_name", "last_name", "metadata")
DESCRIPTION = ("name", "description")


def owner_of_request(world: World, given: Mapping[str, Any], prefix: str = "") -> Owner:
    """The owner that a body names, by the id of a user or of a group; a Problem if unknown."""
    user_id = given.get(f"{prefix}user_id")
    return (
        group_owner(world, given[f"{prefix}group_id"])
        if user_id is None
        else user_owner(world, user_id)
    )


def user_owner(world: World, user_id: str) -> Owner:
    """The user as an owner; a Problem where there is none."""
    find_user(world, user_id)
    return "user", user_id


def group_owner(world: World, group_id: str) -> Owner:
    """The group as an owner; a Problem where there is none."""
    find_group(world, group_id)
    return "group", group_id


def non_empty(given: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The fields that are not empty: Zep leaves out the others, and does not blank with them."""
    kept = {field: given[field] for field in fields if given.get(field)}
    instruction = rating_instruction(given.get("fact_rating_instruction"))
    return {**kept, "fact_rating_instruction": instruction} if instruction else kept


def create_user(world: World, user_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a new user, with its node."""
    known = identity(world, USERS, world.clock.now())
    user = {**known, "user_id": user_id, **non_empty(given, PROFILE)}
    world.store.put(USERS, user_id, user)
    put_user_node(world, user)
    return user


def create_group(world: World, group_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a new group."""
    known = identity(world, GROUPS, world.clock.now())
    del known["updated_at"], known["deleted_at"]
    group = {**known, "group_id": group_id, **non_empty(given, DESCRIPTION)}
    world.store.put(GROUPS, group_id, group)
    return group
