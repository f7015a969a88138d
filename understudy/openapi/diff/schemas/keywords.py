"""Changes of the keywords of one schema that contain no other schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.diff.change import Basis
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
    """A change in words, and whether a schema allows `less` than before; None for less of some
    values and more of others."""

    what: str
    less: bool | None
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
    if removed := before - after:
        yield KeywordChange(f"is no longer {_either(removed)}", True)
    if added := after - before:
        yield KeywordChange(f"may be {_either(added)}", False)


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
    if before is None and after is not None:
        what = f"is always {after[0]} now" if len(after) == 1 else _one_of(after)
        yield KeywordChange(what, True)
    elif before is not None and after is None:
        yield KeywordChange("may have any value", False)
    elif before is not None and after is not None:
        for value in before:
            if value not in after:
                yield KeywordChange(f"is no longer {value}", True)
        for value in after:
            if value not in before:
                yield KeywordChange(f"may be {value}", False)


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
    if not (_is_number(before) and _is_number(after)):
        less = before is None
    else:
        less = (after < before) is greater_allows_more
    yield KeywordChange(_from_to(keyword, before, after), less)


def _exact_change(keyword: str, before: Any, after: Any) -> KeywordChange:
    what = _from_to(keyword, before, after)
    if before is None or after is None:
        basis = Basis.LISTED if keyword in _ENCODINGS else Basis.VALUES
        return KeywordChange(what, before is None, basis)
    for widths in _WIDTHS:
        if before in widths and after in widths:
            less = widths.index(after) < widths.index(before)
            return KeywordChange(what, less, Basis.ITSELF)
    # Another pattern allows less of some values and more of others.
    basis = Basis.ITSELF if keyword in _ENCODINGS else Basis.VALUES
    return KeywordChange(what, None, basis)


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
