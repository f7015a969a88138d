"""Changes of what a schema says of its values besides which are valid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if, risky_if
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword
from understudy.openapi.schemas.schema import Schema


def annotation_changes(
    old: LocatedSchema, new: LocatedSchema, *, is_request: bool
) -> Iterator[PartChange]:
    """Yield the changes of the default, of `readOnly` or `writeOnly`, of deprecation, and of the
    discriminator."""
    before, after = old.schema, new.schema
    yield from _default_changes(before, after, is_request=is_request)
    yield from _flag_changes(before, after, is_request=is_request)
    yield from _discriminator_changes(old, new, is_request=is_request)


def _default_changes(before: Schema, after: Schema, *, is_request: bool) -> Iterator[PartChange]:
    """Yield the change of the value that a server takes for one that is not sent."""
    if before.get("default") == after.get("default"):
        return
    texts = [json.dumps(side.get("default")) for side in (before, after)]
    is_gone = "default" not in after
    action = "removed" if is_gone else "changed" if "default" in before else "added"
    yield PartChange(
        "",
        f"its default was {texts[0]}, and is {texts[1]}",
        risky_if(is_request),
        f"default-value-{action}",
        steps=("default",),
        is_gone=is_gone,
    )


def _flag_changes(before: Schema, after: Schema, *, is_request: bool) -> Iterator[PartChange]:
    """Yield the changes of flags. A property that becomes write-only is gone from responses; one
    that becomes read-only is ignored in requests."""
    keyword, words = ("readOnly", "read-only") if is_request else ("writeOnly", "write-only")
    for flag, now, no_longer, level in (
        (keyword, f"is {words} now", f"is no longer {words}", _hidden_level(is_request)),
        ("deprecated", "is deprecated now", "is no longer deprecated", Level.HARMLESS),
    ):
        is_set = after.get(flag) is True
        if is_set is (before.get(flag) is True):
            continue
        rule = {"deprecated": "deprecated" if is_set else "reactivated"}.get(
            flag, f"became-{'' if is_set else 'not-'}{words}"
        )
        yield PartChange(
            "",
            now if is_set else no_longer,
            level if is_set else Level.HARMLESS,
            rule,
            steps=(flag,),
            is_gone=flag not in after,
        )


def _hidden_level(is_request: bool) -> Level:
    """Return the level of a property that values in this direction have no longer. A server may
    ignore what it got before; a client has nothing else."""
    return Level.RISKY if is_request else Level.BREAKING


def _discriminator_changes(
    old: LocatedSchema, new: LocatedSchema, *, is_request: bool
) -> Iterator[PartChange]:
    """Yield the changes of the property that chooses an alternative, and of its values."""
    before, after = _of(old.schema).get("propertyName"), _of(new.schema).get("propertyName")
    at = ("discriminator",)
    if before and after and before != after:
        what = f"its discriminator was {before}, and is {after}"
        rule = "discriminator-property-name-changed"
        yield PartChange("", what, Level.BREAKING, rule, steps=(*at, "propertyName"))
    elif before != after:
        what = f"has the discriminator {after} now" if after else "has no discriminator now"
        rule = f"discriminator-{'added' if after else 'removed'}"
        # A client must send it now, or has lost what it chose by.
        level = risky_if(bool(after) is is_request)
        yield PartChange("", what, level, rule, steps=at, is_gone=not after)
    if before and after:
        yield from _mapping_changes(old, new, is_request=is_request)


def _mapping_changes(
    old: LocatedSchema, new: LocatedSchema, *, is_request: bool
) -> Iterator[PartChange]:
    before, after = _mapping(old.schema), _mapping(new.schema)
    if not (_of(old.schema).get("mapping") or _of(new.schema).get("mapping")):
        return  # the alternatives tell all
    for value in {**before, **after}:
        target = f"its discriminator's value {json.dumps(value)}"
        steps, rule = ("discriminator", "mapping", value), "discriminator-mapping"
        if value not in after:
            what, level, action = f"{target} is gone", breaking_if(is_request), "removed"
        elif value not in before:
            what, level, action = f"{target} is new", risky_if(not is_request), "added"
        elif before[value] != after[value]:
            what = f"{target} was {before[value]}, and is {after[value]}"
            level, action = Level.BREAKING, "changed"
        else:
            continue
        is_gone = value not in after
        yield PartChange("", what, level, f"{rule}-{action}", steps=steps, is_gone=is_gone)


def _of(schema: Schema) -> dict[str, Any]:
    discriminator = schema.get("discriminator")
    return discriminator if isinstance(discriminator, dict) else {}


def _mapping(schema: Schema) -> dict[str, str]:
    """Return the names of schemas by the value that chooses each: without a mapping, the names of
    the alternatives themselves."""
    mapping = _of(schema).get("mapping")
    if isinstance(mapping, dict) and mapping:
        return {str(value): str(ref).rpartition("/")[2] for value, ref in mapping.items()}
    keyword = choice_keyword(schema)
    alternatives = schema[keyword] if keyword else ()
    refs = [each["$ref"] for each in alternatives if isinstance(each, dict) and "$ref" in each]
    return {name: name for name in (str(ref).rpartition("/")[2] for ref in refs)}
