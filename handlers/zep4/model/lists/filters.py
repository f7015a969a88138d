"""The filters of lists and searches of Zep v4; which ones there are is in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ....zep.model.project import shows_violating_episodes
from ..errors import UNSUPPORTED_FILTER, invalid


def filters_of(body: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the filters of a request that are not null."""
    filters = (body or {}).get("filters") or {}
    return {name: value for name, value in filters.items() if value is not None}


def check_policy_filter(world: World, given: Mapping[str, Any]) -> None:
    """Raise Problem 400 if episodes are filtered by a policy that hides those it concerns."""
    if "content_policy_violated" not in given or shows_violating_episodes(world):
        return
    message = "the project does not include the episodes that violate its content policy"
    raise invalid("body", "/filters/content_policy_violated", message, UNSUPPORTED_FILTER)
