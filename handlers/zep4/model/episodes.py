"""Which episodes of a graph can be read.

Those that violate the content policy of their graph can only if the project says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Record, World

from ...zep.model.graph.owner import Owner
from ...zep.model.graph.records import EPISODES
from ...zep.model.graph.search.filters import wanted_episodes
from ...zep.model.project import shows_violating_episodes
from .errors import not_found
from .graphs import stored_at


def episode_at(world: World, owner: Owner, uuid: str) -> Record:
    """Return an episode of a graph, as it is stored. Raises Problem 404."""
    stored = stored_at(world, owner, EPISODES, uuid)
    if _violates(stored) and not shows_violating_episodes(world):
        raise not_found("episode")
    return stored


def wanted_episodes_of(
    world: World, owner: Owner, filters: Mapping[str, Any]
) -> Callable[[Record], bool]:
    """Return a predicate for the episodes of a graph that can be read and pass filters."""
    is_readable = readable_episodes(world, filters)
    matches = wanted_episodes(world, owner, filters)
    return lambda stored: is_readable(stored) and matches(stored)


def readable_episodes(world: World, filters: Mapping[str, Any]) -> Callable[[Record], bool]:
    """Return a predicate for the episodes that can be read and pass the filter by policy."""
    violated = filters.get("content_policy_violated")
    shows_violating = shows_violating_episodes(world)

    def is_readable(stored: Record) -> bool:
        violates = _violates(stored)
        return (shows_violating or not violates) and violated in (None, violates)

    return is_readable


def _violates(stored: Record) -> bool:
    return bool((stored.get("content_policy") or {}).get("violated"))
