"""Operations of the tag `instructions`: for what graphs learn, and for summaries of users."""

from __future__ import annotations

from typing import Any

from understudy import Problem, World

from .model.graph.records import Owner
from .model.owners import group_owner, user_owner
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
    owners = _owners(world, [user_id] if user_id else (), [graph_id] if graph_id else ())
    if len(owners) == 2:
        raise Problem(400, "bad request: give user_id or graph_id, not both")
    return {"instructions": own_instructions(world, CUSTOM_INSTRUCTIONS, owners[0])}


def add_graph_custom_instructions(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add instructions to the project, or to users and graphs."""
    return _add(world, CUSTOM_INSTRUCTIONS, body, MOST_CUSTOM_INSTRUCTIONS)


def delete_graph_custom_instructions(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Delete instructions of the project, or of users and graphs."""
    return _delete(world, CUSTOM_INSTRUCTIONS, body or {})


def list_user_summary_instructions(world: World, user_id: str | None) -> dict[str, Any]:
    """List the instructions of the project, or those of a user itself."""
    [owner] = _owners(world, [user_id] if user_id else (), ())
    return {"instructions": own_instructions(world, SUMMARY_INSTRUCTIONS, owner)}


def add_user_summary_instructions(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add instructions to the project, or to users."""
    return _add(world, SUMMARY_INSTRUCTIONS, body, MOST_SUMMARY_INSTRUCTIONS)


def delete_user_summary_instructions(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Delete instructions of the project, or of users."""
    return _delete(world, SUMMARY_INSTRUCTIONS, body or {})


def _add(world: World, setting: Setting, body: dict[str, Any], most: int) -> dict[str, Any]:
    for owner in _owners(world, body.get("user_ids"), body.get("graph_ids")):
        add_instructions(world, setting, owner, body["instructions"], most)
    return {"message": "OK"}


def _delete(world: World, setting: Setting, body: dict[str, Any]) -> dict[str, Any]:
    owners = _owners(world, body.get("user_ids"), body.get("graph_ids"))
    names = body.get("instruction_names") or []
    known = {one["name"] for owner in owners for one in own_instructions(world, setting, owner)}
    if not known.issuperset(names):
        raise not_found()
    for owner in owners:
        remove_instructions(world, setting, owner, names)
    return {"message": "OK"}


def _owners(world: World, user_ids: Any, graph_ids: Any) -> list[Owner | None]:
    """Return the users and graphs that a request names; if it names none, the project.

    Raises Problem 404.
    """
    users = [user_owner(world, user_id) for user_id in user_ids or ()]
    groups = [group_owner(world, graph_id) for graph_id in graph_ids or ()]
    return list(dict.fromkeys([*users, *groups])) or [None]
