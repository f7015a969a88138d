"""Comparison of the items of two schemas of arrays."""

from __future__ import annotations

from understudy.openapi.diff.schemas.direction import Direction
from understudy.openapi.diff.schemas.keywords import kebab
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, without_meaning
from understudy.openapi.diff.schemas.schema_pairs import Differences, SchemaPairs


class ItemComparison:
    """Compares the schemas of the items of arrays: of those that have their own, and the others."""

    def __init__(self, direction: Direction, pairs: SchemaPairs) -> None:
        self._direction = direction
        self._pairs = pairs

    def differences(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Yield the changes of items, and the pairs of their schemas that differ."""
        before, after = (side.schema.get("prefixItems", ()) for side in (old, new))
        rest_before, rest_after = (side.schema.get("items", True) for side in (old, new))
        for number in range(max(len(before), len(after))):
            schema = before[number] if number < len(before) else rest_before
            other = after[number] if number < len(after) else rest_after
            steps = ("prefixItems", number)
            is_gone = number >= len(after)
            yield from self._item(old.part(schema), new.part(other), f"/{number}", steps, is_gone)
        is_gone = "items" not in new.schema
        yield from self._item(
            old.part(rest_before), new.part(rest_after), "/*", ("items",), is_gone
        )

    def _item(
        self,
        old: LocatedSchema,
        new: LocatedSchema,
        where: str,
        steps: tuple[str | int, ...],
        is_gone: bool,
    ) -> Differences:
        before, after = (without_meaning(side.schema) for side in (old, new))
        if before is after:
            return
        if after not in (True, False) and before not in (True, False):
            yield from self._pairs.link(old, new, where)
            return
        less = after is False or before is True
        yes = "may have any value" if after is True else "is allowed"
        what = "is not allowed any more" if after is False else "has rules now"
        rule = f"{kebab(str(steps[0]))}-{'restricted' if less else 'unrestricted'}"
        what = what if less else yes
        yield self._direction.allows(what, rule, less, where=where, steps=steps, is_gone=is_gone)
