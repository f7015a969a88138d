"""Operations of the tag `project`."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from .model.owners import target_of_query
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
    return _filled(steering_of(world, target_of_query(world, user_id, graph_id)))


def set_project_observation_steering(
    world: World, user_id: str | None, graph_id: str | None, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the steering of the project, of a user or of a graph."""
    return _filled(steer(world, target_of_query(world, user_id, graph_id), body or {}))


def _filled(steering: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in steering.items() if value}
