"""Dates in contexts, in the time zone of the user or the graph, else in that of the project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from understudy import World

from .graph.owner import Owner, known_owner
from .project import PROJECTS
from .records import PROJECT_UUID


def zone_of(world: World, owner: Owner) -> str | None:
    """Return the time zone of an owner of a graph, by its name; None if nobody has set one."""
    record = known_owner(world, owner) or {}
    project = world.store.get(PROJECTS, PROJECT_UUID) or {}
    return record.get("time_zone") or project.get("default_time_zone")


def fact_line(fact: Mapping[str, Any], zone: str | None = None) -> str:
    """Return a fact and the time that it is true in, on one line."""
    since = local(fact.get("valid_at") or fact["created_at"], zone)
    until = fact.get("invalid_at")
    return f"{fact['fact']} ({since} - {local(until, zone) if until else 'present'})"


def local(date: str, zone: str | None) -> str:
    """Return a date as clocks in a time zone show it, or as it is without one, or in UTC."""
    if zone in (None, "UTC"):
        return date
    try:
        return datetime.fromisoformat(date.upper()).astimezone(_zone(str(zone))).isoformat()
    except (ValueError, OverflowError):  # a leap second, or a year that Python has not
        return date


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
