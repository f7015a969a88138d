"""Operations of the tag `instructions`: for what graphs learn, and for summaries of users."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.owners import target_of_query, targets_of_request
from .model.records import not_found
from .model.settings.inheritance import Setting
from .model.settings.instructions import (
    CUSTOM_INSTRUCTIONS,
    MOST_CUSTOM_INSTRUCTIONS,
    MOST_SUMMARY_INSTRUCTIONS,
    SUMMARY_INSTRUCTIONS,
    add_instructions,
    own_instructions,
    remove_instructions,
)


def list_graph_custom_instructions(
    world: World, user_id: str | None, graph_id: str | None
) -> dict[str, Any]:
    """List the instructions of the project, or those of a user or a graph itself."""
    owner = target_of_query(world, user_id, graph_id)
    return {"instructions": own_instructions(world, CUSTOM_INSTRUCTIONS, owner)}


def add_graph_custom_instructions(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add instructions to the project, or to users and graphs."""
    return _add(world, CUSTOM_INSTRUCTIONS, body, MOST_CUSTOM_INSTRUCTIONS)


def delete_graph_custom_instructions(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Delete instructions of the project, or of users and graphs."""
    return _delete(world, CUSTOM_INSTRUCTIONS, body or {})


def list_user_summary_instructions(world: World, user_id: str | None) -> dict[str, Any]:
    """List the instructions of the project, or those of a user itself."""
    owner = target_of_query(world, user_id, None)
    return {"instructions": own_instructions(world, SUMMARY_INSTRUCTIONS, owner)}


def add_user_summary_instructions(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add instructions to the project, or to users."""
    return _add(world, SUMMARY_INSTRUCTIONS, body, MOST_SUMMARY_INSTRUCTIONS)


def delete_user_summary_instructions(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Delete instructions of the project, or of users."""
    return _delete(world, SUMMARY_INSTRUCTIONS, body or {})


def _add(world: World, setting: Setting, body: dict[str, Any], most: int) -> dict[str, Any]:
    for owner in targets_of_request(world, body):
        add_instructions(world, setting, owner, body["instructions"], most)
    return {"message": "OK"}


def _delete(world: World, setting: Setting, body: dict[str, Any]) -> dict[str, Any]:
    owners = targets_of_request(world, body)
    names = body.get("instruction_names") or []
    known = {one["name"] for owner in owners for one in own_instructions(world, setting, owner)}
    if not known.issuperset(names):
        raise not_found()
    for owner in owners:
        remove_instructions(world, setting, owner, names)
    return {"message": "OK"}
