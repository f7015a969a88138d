"""Changes of the keywords of one schema that contain no other schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.diff.change import Basis
from understudy.openapi.diff.level import Level
from understudy.openapi.schemas.schema import Schema, types_of

#: Bounds, and whether a greater value allows more.
_BOUNDS = {
    "maximum": True,
    "exclusiveMaximum": True,
    "maxLength": True,
    "maxItems": True,
    "maxProperties": True,
    "maxContains": True,
    "minimum": False,
    "exclusiveMinimum": False,
    "minLength": False,
    "minItems": False,
    "minProperties": False,
    "minContains": False,
}
#: What a keyword means if it is absent.
_ABSENT = {
    "minLength": 0,
    "minItems": 0,
    "minProperties": 0,
    "minContains": 1,
    "uniqueItems": False,
}
_EXACT = ("pattern", "multipleOf", "uniqueItems")
#: Keywords that clients act on, whether or not values are validated by them.
_ENCODINGS = ("format", "contentEncoding", "contentMediaType")
#: Formats of numbers, each wider than the one before.
_WIDTHS = (("int32", "int64"), ("float", "double"))
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


class KeywordChange(NamedTuple):
    """A change of a `keyword` in words, the name of its kind, and whether a schema allows `less`
    than before; None for less of some values and more of others.

    `more` is its level for clients that receive values which were not allowed before.
    """

    what: str
    rule: str
    less: bool | None
    keyword: str = ""
    more: Level = Level.RISKY
    basis: Basis = Basis.VALUES


def keyword_changes(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    """Yield the changes of keywords that contain no schemas."""
    yield from _type_changes(old, new)
    yield from _value_changes(old, new)
    for keyword, greater_allows_more in _BOUNDS.items():
        yield from _bound_changes(keyword, greater_allows_more, old, new)
    for keyword in (*_EXACT, *_ENCODINGS):
        before, after = (_value(schema, keyword) for schema in (old, new))
        if before != after:
            yield _exact_change(keyword, before, after)


def _type_changes(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    before, after = _allowed_types(old), _allowed_types(new)
    removed, added = before - after, after - before
    words = [f"is no longer {_either(removed)}"] if removed else []
    words += [f"may be {_either(added)}"] if added else []
    if not words:
        return
    less = None if removed and added else bool(removed)
    rule = {None: "type-changed", True: "type-specialized", False: "type-generalized"}[less]
    if removed | added == {"null"}:
        rule = "became-not-nullable" if removed else "became-nullable"
    yield KeywordChange(", and ".join(words), rule, less, "type", Level.BREAKING)


def _allowed_types(schema: Schema) -> set[str]:
    """Return the types that a schema allows; all if it names none."""
    types = set(types_of(schema) or _TYPES)
    if "number" in types:
        types.add("integer")
    if "enum" in schema and None not in schema["enum"]:
        types.discard("null")
    return types


def _either(types: set[str]) -> str:
    if {"integer", "number"} <= types:
        types = types - {"integer"}
    return "of any other type" if len(types) > 3 else " or ".join(sorted(types))


def _value_changes(old: Schema, new: Schema) -> Iterator[KeywordChange]:
    before, after = _values(old), _values(new)
    keyword = "const" if "const" in (old if after is None else new) else "enum"
    if before is None and after is not None:
        what = f"is always {after[0]} now" if len(after) == 1 else _one_of(after)
        yield KeywordChange(what, f"became-{keyword}", True, keyword)
    elif before is not None and after is None:
        yield KeywordChange("may have any value", f"became-not-{keyword}", False, keyword)
    elif before is not None and after is not None:
        yield from _listed_value_changes(before, after, keyword)


def _listed_value_changes(
    before: list[str], after: list[str], keyword: str
) -> Iterator[KeywordChange]:
    """Compare lists of values. If none is left, no client knows any of the new ones."""
    more = Level.RISKY if {*before} & {*after} else Level.BREAKING
    if len(before) == len(after) == 1 and before != after:
        what = f"was always {before[0]}, and is always {after[0]}"
        yield KeywordChange(what, f"{keyword}-value-changed", None, keyword, more)
        return
    for value in before:
        if value not in after:
            yield KeywordChange(f"is no longer {value}", "enum-value-removed", True, keyword)
    for value in after:
        if value not in before:
            yield KeywordChange(f"may be {value}", "enum-value-added", False, keyword, more)


def _one_of(values: list[str]) -> str:
    return f"is one of {', '.join(values)} now"


def _values(schema: Schema) -> list[str] | None:
    """Return the values that `enum` or `const` lists, as JSON, without null, which is a type."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None:
        return None
    return [json.dumps(value, sort_keys=True) for value in values if value is not None]


def _bound_changes(
    keyword: str, greater_allows_more: bool, old: Schema, new: Schema
) -> Iterator[KeywordChange]:
    before, after = _value(old, keyword), _value(new, keyword)
    if before == after:
        return
    name = kebab(keyword)
    if _is_number(before) and _is_number(after):
        less = (after < before) is greater_allows_more
        rule = f"{name}-{'increased' if after > before else 'decreased'}"
    else:
        less = before is None
        rule = f"{name}-{'set' if less else 'unset'}"
    yield KeywordChange(_from_to(keyword, before, after), rule, less, keyword)


def _exact_change(keyword: str, before: Any, after: Any) -> KeywordChange:
    what, name = _from_to(keyword, before, after), kebab(keyword)
    if keyword.startswith("content"):  # the same text means something else
        rule = f"{name}-changed"
        return KeywordChange(what, rule, None, keyword, Level.BREAKING, Basis.ITSELF)
    if before is None or after is None:
        basis = Basis.LISTED if keyword == "format" else Basis.VALUES
        rule = f"{name}-{'set' if before is None else 'unset'}"
        return KeywordChange(what, rule, before is None, keyword, basis=basis)
    for widths in _WIDTHS:
        if before in widths and after in widths:
            less = widths.index(after) < widths.index(before)
            rule = f"{name}-{'specialized' if less else 'generalized'}"
            return KeywordChange(what, rule, less, keyword, basis=Basis.ITSELF)
    # Another pattern allows less of some values and more of others; another format, other values.
    if keyword == "format":
        return KeywordChange(what, "format-changed", None, keyword, Level.BREAKING, Basis.ITSELF)
    return KeywordChange(what, f"{name}-changed", None, keyword)


def kebab(keyword: str) -> str:
    """Return a keyword as a part of the name of a kind of changes: `max-length`."""
    name = keyword.replace("aximum", "ax").replace("inimum", "in")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name)


def _value(schema: Schema, keyword: str) -> Any:
    """Return the value of a keyword; None if it is absent, or has the meaning of an absent one."""
    value = schema.get(keyword)
    return None if value == _ABSENT.get(keyword) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _from_to(keyword: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{keyword} is {after} now"
    return f"{keyword} was {before}, and is " + ("no more" if after is None else str(after))
