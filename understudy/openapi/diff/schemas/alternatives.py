"""Comparison of the alternatives of two schemas."""

from __future__ import annotations

import json
from collections.abc import Callable

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.schemas.direction import Direction
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.keywords import kebab
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword
from understudy.openapi.diff.schemas.schema_pairs import Differences, SchemaPairs
from understudy.openapi.schemas.schema import types

#: A name, and the alternatives of the old and the new schema that have it.
Pair = tuple[str, LocatedSchema | None, LocatedSchema | None]


class AlternativeComparison:
    """Compares the alternatives of schemas. `is_compatible` tells whether an alternative may take
    the place of another."""

    def __init__(
        self,
        direction: Direction,
        pairs: SchemaPairs,
        equality: Equality,
        is_compatible: Callable[[LocatedSchema, LocatedSchema], bool],
    ) -> None:
        self._direction = direction
        self._pairs = pairs
        self._equality = equality
        self._is_compatible = is_compatible

    def differences(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare the alternatives of equal names. A removed one breaks clients if no other accepts
        its requests; a new one is risky if no earlier one allowed its responses, and breaks them
        if they cannot know any value of its type."""
        pairs = _paired(_alternatives_of(old), _alternatives_of(new), self._equality)
        before = [old for _, old, _ in pairs if old is not None]
        after = [new for _, _, new in pairs if new is not None]
        is_extended = any(earlier and later for _, earlier, later in pairs)
        for name, earlier, later in pairs:
            if earlier is not None and later is not None:
                yield from self._pairs.link(earlier, later, f" ({name})" if name else "")
            elif earlier is not None:
                breaks = self._direction.is_request and not any(
                    self._is_compatible(earlier, other) for other in after
                )
                yield _alternative(name, "gone", breaking_if(breaks), old, earlier)
            elif later is not None:
                level = Level.HARMLESS
                if not self._direction.is_request and not any(
                    self._is_compatible(other, later) for other in before
                ):
                    is_known = is_extended and _has_known_type(later, before)
                    level = Level.RISKY if is_known else Level.BREAKING
                yield _alternative(name, "new", level, new, later)


def _alternatives_of(located: LocatedSchema) -> list[tuple[str, LocatedSchema]]:
    """Return the alternatives, each with its title, the last part of its reference, a property that
    has only one value, or its number; the schema itself, by the name "", if it has none."""
    keyword = choice_keyword(located.schema)
    if not keyword:
        return [("", located)]
    named = []
    for number, alternative in enumerate(located.schema[keyword], 1):
        part = located.part(alternative)
        ref = alternative.get("$ref", "") if isinstance(alternative, dict) else ""
        name = part.resolved().get("title") or ref.rsplit("/", 1)[-1] or _mark(part)
        named.append((str(name or number), part))
    return named


def _mark(located: LocatedSchema) -> str:
    """Return the first property that has only one value, with that value; or an empty string."""
    for name, schema in located.merged().schema.get("properties", {}).items():
        rules = located.part(schema).resolved()
        values = [rules["const"]] if "const" in rules else rules.get("enum", ())
        if len(values) == 1:
            return f"{name} {json.dumps(values[0])}"
    return ""


def _paired(
    old: list[tuple[str, LocatedSchema]], new: list[tuple[str, LocatedSchema]], equality: Equality
) -> list[Pair]:
    """Return the alternatives that belong together: those that are written alike, then
    those of equal names. New ones without a partner come last."""
    pairs: list[Pair] = []
    later = list(new)
    for name, before in old:
        partner = next(
            (each for each in later if equality.holds(before.schema, each[1].schema)), None
        )
        if partner is not None:
            later.remove(partner)
            pairs.append((name, before, partner[1]))
    matched = [before for _, before, _ in pairs]
    for name, before in old:
        if any(before is each for each in matched):
            continue
        partner = next((each for each in later if each[0] == name), None)
        if partner is not None:
            later.remove(partner)
        pairs.append((name, before, partner[1] if partner else None))
    return [*pairs, *((name, None, after) for name, after in later)]


def _alternative(
    name: str, what: str, level: Level, whole: LocatedSchema, part: LocatedSchema
) -> PartChange:
    """Return the change of an alternative that is "gone" or "new"."""
    keyword = choice_keyword(whole.schema)
    numbers = [n for n, each in enumerate(whole.schema.get(keyword, ())) if each is part.schema]
    where = f" ({name})" if name else " (its only alternative)"
    rule = f"{kebab(keyword or 'oneOf')}-{'removed' if what == 'gone' else 'added'}"
    steps: tuple[str | int, ...] = (keyword, *numbers[:1]) if keyword else ()
    return PartChange(where, f"is {what}", level, rule, Basis.VALUES, steps, what == "gone")


def _has_known_type(new: LocatedSchema, known: list[LocatedSchema]) -> bool:
    """Return whether all types of a schema are those of others."""
    names = {name for each in known for name in types(*each)}
    if "number" in names:
        names.add("integer")
    return not names or {*types(*new)} <= names
