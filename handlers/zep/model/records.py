"""Fields and errors that records of several kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from understudy import Collection, Problem, World

from .dates import timestamp

T = TypeVar("T")

#: The `project_uuid` of all records: the Community Edition has one project, and this is its id.
PROJECT_UUID = "399e79e0-d0ec-4ea8-a0bf-fe556d19fb9f"


def not_found() -> Problem:
    """Return the 404 of Zep, which never names what it did not find."""
    return Problem(404, "not found")


def existing(record: T | None) -> T:
    """Return what was looked for. Raises Problem 404 if there is none."""
    if record is None:
        raise not_found()
    return record


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
