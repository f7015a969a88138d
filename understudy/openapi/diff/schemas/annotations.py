"""Changes of what a schema says of its values besides which are valid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.schemas.schema import Schema


def annotation_changes(
    old: LocatedSchema, new: LocatedSchema, *, is_request: bool
) -> Iterator[PartChange]:
    """Yield the changes of the default, of `readOnly` or `writeOnly`, of deprecation, and of the
    discriminator."""
    before, after = old.schema, new.schema
    if before.get("default") != after.get("default"):
        texts = [json.dumps(side.get("default")) for side in (before, after)]
        yield PartChange("", f"its default was {texts[0]}, and is {texts[1]}", is_request)
    yield from _flag_changes(before, after, is_request=is_request)
    yield from _discriminator_changes(before, after, is_request=is_request)


def _flag_changes(before: Schema, after: Schema, *, is_request: bool) -> Iterator[PartChange]:
    """Yield the changes of flags. A property that becomes write-only is gone from responses; one
    that becomes read-only is ignored in requests."""
    keyword = "readOnly" if is_request else "writeOnly"
    words = "read-only" if is_request else "write-only"
    for flag, name, breaks in (
        (keyword, words, not is_request),
        ("deprecated", "deprecated", False),
    ):
        is_set = after.get(flag) is True
        if is_set is not (before.get(flag) is True):
            what = f"is {name} now" if is_set else f"is no longer {name}"
            yield PartChange("", what, breaks and is_set)


def _discriminator_changes(
    before: Schema, after: Schema, *, is_request: bool
) -> Iterator[PartChange]:
    """Yield the changes of the property that chooses an alternative, and of its values."""
    names = [_of(side).get("propertyName") for side in (before, after)]
    if names[0] != names[1] and all(names):
        yield PartChange("", f"its discriminator was {names[0]}, and is {names[1]}", True)
    elif names[0] != names[1]:
        what = f"has the discriminator {names[1]} now" if names[1] else "has no discriminator now"
        yield PartChange("", what, False)
    if not all(names):
        return
    old, new = (_mapping(side) for side in (before, after))
    for value in {**old, **new}:
        target = f"its discriminator's value {json.dumps(value)}"
        if value not in new:
            yield PartChange("", f"{target} is gone", is_request)
        elif value not in old:
            yield PartChange("", f"{target} is new", False)
        elif old[value] != new[value]:
            yield PartChange("", f"{target} was {old[value]}, and is {new[value]}", True)


def _of(schema: Schema) -> dict[str, Any]:
    discriminator = schema.get("discriminator")
    return discriminator if isinstance(discriminator, dict) else {}


def _mapping(schema: Schema) -> dict[str, str]:
    """Return the names of schemas by the value that chooses each."""
    mapping = _of(schema).get("mapping")
    pairs = mapping.items() if isinstance(mapping, dict) else ()
    return {str(value): str(ref).rpartition("/")[2] for value, ref in pairs}
