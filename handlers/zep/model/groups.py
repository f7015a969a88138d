"""The groups of a tenant. A group is stored as responses show it."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from .records import not_found

GROUPS_BY_ID = Index(order="id")
GROUPS = Collection("groups", (GROUPS_BY_ID,))


def find_group(world: World, group_id: str) -> Record:
    """Return a group. Raises Problem 404."""
    group = world.store.get(GROUPS, group_id)
    if group is None:
        raise not_found()
    return group


def refuse_known_group(world: World, group_id: str) -> None:
    """Raise Problem 400 if the id is taken."""
    if world.store.get(GROUPS, group_id) is not None:
        raise Problem(400, f"bad request: group already exists with group_id: {group_id}")
