"""Fields and errors that records of several kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from understudy import Collection, Problem, World, rfc3339

#: The `project_uuid` of all records: the Community Edition has one project, and this is its id.
PROJECT_UUID = "399e79e0-d0ec-4ea8-a0bf-fe556d19fb9f"


def not_found() -> Problem:
    """Return the 404 of Zep, which never names what it did not find."""
    return Problem(404, "not found")


@lru_cache(maxsize=16)  # a request formats the same time more than once
def timestamp(micros: int) -> str:
    """Format a time by RFC 3339 as Go does: no trailing zeros in the fraction of a second."""
    return rfc3339(micros)[:-1].rstrip("0").rstrip(".") + "Z"


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def moment(text: str) -> datetime:
    """Return the time that a text of RFC 3339 means, to compare it with others.

    A leap second, which Python does not know, is before all others.
    """
    try:
        parsed = datetime.fromisoformat(text.upper())
    except ValueError:
        return _LONG_AGO
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def identity(world: World, collection: Collection, now: int) -> dict[str, Any]:
    """Return the fields that Zep gives every new user and session."""
    created_at = timestamp(now)
    return {
        "uuid": world.ids.uuid(),
        "id": world.store.serial(collection),
        "project_uuid": PROJECT_UUID,
        "created_at": created_at,
        "updated_at": created_at,
        "deleted_at": None,
    }


def rating_instruction(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a fact rating instruction with the documented fields only, and none of them null."""
    if given is None:
        return None
    kept: dict[str, Any] = _without_nulls(given, ("instruction",))
    examples = given.get("examples")
    if examples is not None:
        kept["examples"] = _without_nulls(examples, ("high", "medium", "low"))
    return kept


def _without_nulls(given: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: given[field] for field in fields if given.get(field) is not None}
