"""Comparison of the properties of two schemas."""

from __future__ import annotations

from typing import Any

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.schemas.direction import Direction
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, without_meaning
from understudy.openapi.diff.schemas.schema_pairs import Differences, SchemaPairs
from understudy.openapi.document import escape


class PropertyComparison:
    """Compares the properties of two schemas, named or not."""

    def __init__(self, direction: Direction, pairs: SchemaPairs) -> None:
        self._direction = direction
        self._pairs = pairs

    def differences(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Yield the changes of properties, and the pairs of their schemas that differ."""
        yield from self._properties(old, new)
        yield from self._other_properties(old, new)
        yield from self._patterns(old, new)

    def _properties(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("properties", {}) for side in (old, new))
        for name in before:
            if name not in after and not self._direction.hides(old.part(before[name])):
                at = ("properties", name)
                yield PartChange(
                    f"/{escape(name)}", "is gone", Level.BREAKING, "removed", steps=at, is_gone=True
                )
        for name, schema in after.items():
            if name in before:
                yield from self._necessity(name, old, new)
                earlier, later = old.part(before[name]), new.part(schema)
                if not (self._direction.hides(earlier) and self._direction.hides(later)):
                    yield from self._pairs.link(earlier, later, f"/{escape(name)}")
            elif not self._direction.hides(new.part(schema)):
                yield self._new_property(name, name in new.schema.get("required", ()))
        for name in sorted({*_required(old), *_required(new)} - before.keys() - after.keys()):
            yield from self._necessity(name, old, new)

    def _necessity(self, name: str, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare whether a property is required. A hidden one that is no longer hidden may be."""
        was_hidden, is_hidden = (
            self._direction.hides(side.part(side.schema.get("properties", {}).get(name, True)))
            for side in (old, new)
        )
        before, after = name in _required(old) and not was_hidden, name in _required(new)
        if before is after or is_hidden or (was_hidden and not self._direction.is_request):
            return
        what = "is required now" if after else "is optional now"
        rule = f"became-{'required' if after else 'optional'}"
        yield self._direction.allows(
            what, rule, after, where=f"/{escape(name)}", steps=("properties", name)
        )

    def _new_property(self, name: str, required: bool) -> PartChange:
        where, steps = f"/{escape(name)}", ("properties", name)
        if not self._direction.is_request:
            return PartChange(where, "is new", Level.HARMLESS, "added", steps=steps)
        necessity = "required" if required else "optional"
        what, rule = f"is new, and {necessity}", f"added-{necessity}"
        return PartChange(where, what, breaking_if(required), rule, steps=steps)

    def _other_properties(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare what both schemas say about properties that they do not name."""
        (key_before, before), (key, after) = _of_others(old.schema), _of_others(new.schema)
        steps, is_gone = (key or key_before,), not key
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self._pairs.link(old.part(before), new.part(after), "/{any}")
        elif (before is False) is not (after is False):
            is_closed = after is False
            what = "takes no other fields now" if is_closed else "takes other fields now"
            rule = f"additional-properties-{'closed' if is_closed else 'opened'}"
            level = breaking_if(is_closed and self._direction.is_request)
            yield PartChange("", what, level, rule, steps=steps, is_gone=is_gone)
        elif isinstance(before, dict) is not isinstance(after, dict):
            less = isinstance(after, dict)
            what = "has rules now" if less else "may have any value"
            rule = f"additional-properties-{'restricted' if less else 'unrestricted'}"
            yield self._direction.allows(
                what, rule, less, where="/{any}", steps=steps, is_gone=is_gone
            )

    def _patterns(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("patternProperties", {}) for side in (old, new))
        for pattern in {**before, **after}:
            where, steps = f"/{{{pattern}}}", ("patternProperties", pattern)
            if pattern in before and pattern in after:
                yield from self._pairs.link(
                    old.part(before[pattern]), new.part(after[pattern]), where
                )
                continue
            is_new = pattern in after
            what = "has rules now" if is_new else "has no rules any more"
            rule = f"pattern-property-{'added' if is_new else 'removed'}"
            yield self._direction.allows(
                what, rule, is_new, where=where, steps=steps, is_gone=not is_new
            )


def _required(located: LocatedSchema) -> list[str]:
    names: list[str] = located.schema.get("required", [])
    return names


def _of_others(schema: dict[str, Any]) -> tuple[str, Any]:
    """Return the schema of properties that a schema does not name, True, False or an object, and
    the keyword that has it."""
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in schema:
            return keyword, without_meaning(schema[keyword])
    return "", True
