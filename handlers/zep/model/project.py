"""The project of a tenant: one record, made at its first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Record, World

from .dates import timestamp
from .records import PROJECT_UUID
from .settings.record_types import ProjectRecord
from .time_zones import refuse_unknown_zone

PROJECTS = Collection("projects", record=ProjectRecord)

_TIME_ZONE = "default_time_zone"
_SHOWS_VIOLATING = "include_policy_violating_episodes"


def find_project(world: World) -> Record:
    """Return the project of the tenant."""
    return world.store.get(PROJECTS, PROJECT_UUID) or _new_project(world)


def _new_project(world: World) -> Record:
    project = {
        "uuid": PROJECT_UUID,
        "name": "understudy",
        "description": "The project of a key of the stand-in.",
        "created_at": timestamp(world.clock.now()),
        _TIME_ZONE: None,
        "hyperedges_enabled": False,
        _SHOWS_VIOLATING: False,
    }
    world.store.put(PROJECTS, PROJECT_UUID, project)
    return project


def change_project(world: World, given: Mapping[str, Any]) -> Record:
    """Store the project with what is given, and return it; null takes the time zone away.

    Raises Problem 400 if there is no such time zone.
    """
    project = dict(find_project(world))
    if _TIME_ZONE in given:
        refuse_unknown_zone(given[_TIME_ZONE], _TIME_ZONE)
        project[_TIME_ZONE] = given[_TIME_ZONE]
    if given.get(_SHOWS_VIOLATING) is not None:
        project[_SHOWS_VIOLATING] = given[_SHOWS_VIOLATING]
    world.store.put(PROJECTS, PROJECT_UUID, project)
    return project


def shows_violating_episodes(world: World) -> bool:
    """Return whether reads of episodes show those that violated the policy of their graph."""
    return bool(find_project(world)[_SHOWS_VIOLATING])
