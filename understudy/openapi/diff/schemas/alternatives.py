"""The alternatives of two schemas, and which of them belong together."""

from __future__ import annotations

import json

from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword

#: A name, and the alternatives of the old and the new schema that have it.
Pair = tuple[str, LocatedSchema | None, LocatedSchema | None]


def alternatives_of(located: LocatedSchema) -> list[tuple[str, LocatedSchema]]:
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


def paired(
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
