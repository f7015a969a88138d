"""Operations of the tag `project`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.graph.records import Owner
from .model.owners import group_owner, user_owner
from .model.project import change_project, find_project
from .model.settings.steering import steer, steering_of

_SHOWN = ("uuid", "name", "description", "created_at", "default_time_zone")


def get_project(world: World) -> dict[str, Any]:
    """Return the project."""
    return _shown(find_project(world))


def update_project(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Set the time zone of the project, or take it away."""
    return _shown(change_project(world, body or {}))


def _shown(project: Record) -> dict[str, Any]:
    return {"project": {name: project[name] for name in _SHOWN if project[name] is not None}}


def get_project_observation_steering(
    world: World, user_id: str | None, graph_id: str | None
) -> dict[str, Any]:
    """Return the steering of the project, or that which counts for a user or a graph."""
    return _filled(steering_of(world, _target(world, user_id, graph_id)))


def set_project_observation_steering(
    world: World, user_id: str | None, graph_id: str | None, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the steering of the project, of a user or of a graph."""
    return _filled(steer(world, _target(world, user_id, graph_id), body or {}))


def _filled(steering: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in steering.items() if value}


def _target(world: World, user_id: str | None, graph_id: str | None) -> Owner | None:
    """Return whose steering a request means; the project's is that of no owner.

    Raises Problem 404, or 400 if it names two.
    """
    owners = [
        *([user_owner(world, user_id)] if user_id else ()),
        *([group_owner(world, graph_id)] if graph_id else ()),
    ]
    if len(owners) == 2:
        raise Problem(400, "bad request: give user_id or graph_id, not both")
    return owners[0] if owners else None
