"""The project of a tenant: one record, made at its first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Record, World

from .records import PROJECT_UUID, timestamp

PROJECTS = Collection("projects")

#: What clients may change.
CHANGEABLE = ("default_time_zone", "hyperedges_enabled", "include_policy_violating_episodes")


def find_project(world: World) -> Record:
    """Return the project of the tenant."""
    return world.store.get(PROJECTS, PROJECT_UUID) or _new_project(world)


def _new_project(world: World) -> Record:
    project = {
        "uuid": PROJECT_UUID,
        "name": "understudy",
        "description": "",
        "created_at": timestamp(world.clock.now()),
        "default_time_zone": "UTC",
        "hyperedges_enabled": True,
        "include_policy_violating_episodes": False,
    }
    world.store.put(PROJECTS, PROJECT_UUID, project)
    return project


def change_project(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store the project with the fields that are given and not null; return it."""
    changes = {name: given[name] for name in CHANGEABLE if given.get(name) is not None}
    project = {**find_project(world), **changes}
    world.store.put(PROJECTS, PROJECT_UUID, project)
    return project
