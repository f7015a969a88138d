"""The groups of a project. A group is stored as it is answered."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from .records import not_found

GROUPS_BY_ID = Index(order="id")
GROUPS = Collection("groups", (GROUPS_BY_ID,))


def find_group(world: World, group_id: str) -> Record:
    """The group; a Problem where there is none."""
    group = world.store.get(GROUPS, group_id)
    if group is None:
        raise not_found()
    return group


def refuse_known_group(world: World, group_id: str) -> None:
    """A taken id is refused as that of a user is."""
    if world.store.get(GROUPS, group_id) is not None:
        raise Problem(400, f"bad request: group already exists with group_id: {group_id}")
