"""The owners of graphs, users and groups: find them by a request, and create them."""

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
    """Return the owner that a body names, by the id of a user or of a group. Raises Problem 404."""
    user_id = given.get(f"{prefix}user_id")
    return (
        group_owner(world, given[f"{prefix}group_id"])
        if user_id is None
        else user_owner(world, user_id)
    )


def user_owner(world: World, user_id: str) -> Owner:
    """Return a user as an owner. Raises Problem 404."""
    find_user(world, user_id)
    return "user", user_id


def group_owner(world: World, group_id: str) -> Owner:
    """Return a group as an owner. Raises Problem 404."""
    find_group(world, group_id)
    return "group", group_id


def non_empty(given: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that are not empty; Zep ignores the others."""
    filled = {field: given[field] for field in fields if given.get(field)}
    instruction = rating_instruction(given.get("fact_rating_instruction"))
    return {**filled, "fact_rating_instruction": instruction} if instruction else filled


def create_user(world: World, user_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a new user, with its node."""
    fields = identity(world, USERS, world.clock.now())
    user = {**fields, "user_id": user_id, **non_empty(given, PROFILE)}
    world.store.put(USERS, user_id, user)
    put_user_node(world, user)
    return user


def create_group(world: World, group_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a new group."""
    fields = identity(world, GROUPS, world.clock.now())
    del fields["updated_at"], fields["deleted_at"]
    group = {**fields, "group_id": group_id, **non_empty(given, DESCRIPTION)}
    world.store.put(GROUPS, group_id, group)
    return group
