"""Operations of the tag `groups`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.elements.facts import facts_of
from .model.graph.owner import graph_of
from .model.graph.records import IN_GRAPH
from .model.groups import GROUPS, GROUPS_BY_ID, as_group, find_group, refuse_known_group
from .model.owners import change_group, create_group
from .model.removal import forget_group


def add_group(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a group; fields that are empty are left out."""
    refuse_known_group(world, body["group_id"])
    return as_group(create_group(world, body["group_id"], body))


def get_group(world: World, group_id: str) -> dict[str, Any]:
    """Return a group."""
    return as_group(find_group(world, group_id))


def update_group(world: World, group_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Change the fields that are not empty."""
    return as_group(change_group(world, find_group(world, group_id), body))


def delete_group(world: World, group_id: str) -> dict[str, Any]:
    """Delete a group with its facts and its graph."""
    find_group(world, group_id)
    forget_group(world, group_id)
    return {"message": "OK"}


def get_all_groups(world: World, page_number: int | None, page_size: int | None) -> dict[str, Any]:
    """List a page of the groups, newest first; without a page size, all of them."""
    groups = world.store.list(
        GROUPS,
        GROUPS_BY_ID,
        descending=True,
        offset=((page_number or 1) - 1) * (page_size or 0),
        limit=page_size or None,
    )
    return {
        "groups": [as_group(group) for group in groups],
        "total_count": world.store.count(GROUPS, GROUPS_BY_ID),
        "row_count": len(groups),
    }


def get_group_facts(world: World, group_id: str) -> dict[str, Any]:
    """List the facts of a group, oldest first."""
    find_group(world, group_id)
    return {"facts": facts_of(world, IN_GRAPH, graph_of(("group", group_id)))}
