"""Comparison of two schemas by the direction of their values: to a server, or from it.

A request schema that accepts less breaks clients, and so does a response schema that allows more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.document import Document, escape, resolve
from understudy.openapi.schemas.schema import merged

REQUEST, RESPONSE = "request", "response"

#: Bounds, and whether a greater value allows more.
_BOUNDS = {
    "maximum": True,
    "maxLength": True,
    "maxItems": True,
    "maxProperties": True,
    "minimum": False,
    "minLength": False,
    "minItems": False,
    "minProperties": False,
}
_EXACT = ("pattern", "format", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum")
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


class PartChange(NamedTuple):
    """One change of a part of an operation: where in it, what, and whether it breaks clients."""

    where: str
    what: str
    breaks: bool

    def below(self, where: str) -> PartChange:
        """Return the change with a place that its own is in."""
        return self._replace(where=f"{where}{self.where}")


class LocatedSchema(NamedTuple):
    """A schema and the document that it is in."""

    document: Document
    schema: Any

    def merged(self) -> LocatedSchema:
        """Return the schema with its reference followed and its `allOf` merged into it."""
        return self.part(merged(self.document, self.schema))

    def part(self, schema: Any) -> LocatedSchema:
        """Return a schema of the same document."""
        return LocatedSchema(self.document, schema)


def schema_changes(old: LocatedSchema, new: LocatedSchema, direction: str) -> Iterator[PartChange]:
    """Yield the changes for values in this direction: REQUEST or RESPONSE."""
    yield from _Comparison(direction).compare(old, new, "")


class _Comparison:
    """A comparison in progress. It knows which pairs of schemas it is in, for they may recur."""

    def __init__(self, direction: str) -> None:
        self._is_request = direction == REQUEST
        self._open_pairs: set[tuple[int, int]] = set()

    def compare(self, old: LocatedSchema, new: LocatedSchema, where: str) -> Iterator[PartChange]:
        """Yield the changes from one schema to the other."""
        old, new = old.merged(), new.merged()
        pair = _content_hash(old), _content_hash(new)
        if old.schema == new.schema and not _has_references(old.schema):
            return
        if pair in self._open_pairs:
            return
        self._open_pairs.add(pair)
        for change in self._changes(old, new):
            yield change.below(where)
        self._open_pairs.discard(pair)

    def _changes(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        for keyword in ("oneOf", "anyOf"):
            if (keyword in old.schema) or (keyword in new.schema):
                yield from self._alternatives(_by_name(old, keyword), _by_name(new, keyword))
            if (keyword in old.schema) is not (keyword in new.schema):
                return  # both schemas have been compared as a whole, alternative by alternative
        yield from self._types(old.schema, new.schema)
        yield from self._values(old.schema, new.schema)
        yield from self._default(old.schema, new.schema)
        yield from self._bounds(old.schema, new.schema)
        yield from self._exact(old.schema, new.schema)
        yield from self._properties(old, new)
        yield from self._additional_properties(old, new)
        if "items" in old.schema and "items" in new.schema:
            items = old.part(old.schema["items"]), new.part(new.schema["items"])
            yield from self.compare(*items, "/*")

    def _allows(self, what: str, *, less: bool) -> PartChange:
        """Return a change after which the schema allows less than before, or more."""
        return PartChange("", what, less is self._is_request)

    def _types(self, old: Any, new: Any) -> Iterator[PartChange]:
        before, after = _types_of(old), _types_of(new)
        if removed := before - after:
            yield self._allows(f"is no longer {_either(removed)}", less=True)
        if added := after - before:
            yield self._allows(f"may be {_either(added)}", less=False)

    def _values(self, old: Any, new: Any) -> Iterator[PartChange]:
        before, after = (_texts(schema.get("enum")) for schema in (old, new))
        if before is None and after is not None:
            yield self._allows(f"is one of {', '.join(after)} now", less=True)
        elif before is not None and after is None:
            yield self._allows("may have any value", less=False)
        elif before is not None and after is not None:
            for value in before:
                if value not in after:
                    yield self._allows(f"is no longer {value}", less=True)
            for value in after:
                if value not in before:
                    yield self._allows(f"may be {value}", less=False)

    def _default(self, old: Any, new: Any) -> Iterator[PartChange]:
        before, after = old.get("default"), new.get("default")
        if before != after:
            what = f"its default was {json.dumps(before)}, and is {json.dumps(after)}"
            yield PartChange("", what, self._is_request)

    def _bounds(self, old: Any, new: Any) -> Iterator[PartChange]:
        for keyword, greater_allows_more in _BOUNDS.items():
            before, after = old.get(keyword), new.get(keyword)
            if before == after:
                continue
            if before is None or after is None:
                less = before is None
            else:
                less = (after < before) is greater_allows_more
            yield self._allows(_from_to(keyword, before, after), less=less)

    def _exact(self, old: Any, new: Any) -> Iterator[PartChange]:
        for keyword in _EXACT:
            before, after = old.get(keyword), new.get(keyword)
            if before == after:
                continue
            what = _from_to(keyword, before, after)
            if before is None or after is None:
                yield self._allows(what, less=before is None)
            else:  # another pattern allows less of some values and more of others
                yield PartChange("", what, True)

    def _properties(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        before, after = (side.schema.get("properties", {}) for side in (old, new))
        required_before, required_now = (
            set(side.schema.get("required", ())) for side in (old, new)
        )
        for name in before.keys() - after.keys():
            yield PartChange(f"/{escape(name)}", "is gone", True)
        for name, schema in after.items():
            where, required = f"/{escape(name)}", name in required_now
            if name not in before:
                yield self._new_property(where, required)
                continue
            if required is not (name in required_before):
                what = "is required now" if required else "is optional now"
                yield PartChange(where, what, required is self._is_request)
            yield from self.compare(old.part(before[name]), new.part(schema), where)

    def _new_property(self, where: str, required: bool) -> PartChange:
        if not self._is_request:
            return PartChange(where, "is new", False)
        necessity = "required" if required else "optional"
        return PartChange(where, f"is new, and {necessity}", required)

    def _additional_properties(
        self, old: LocatedSchema, new: LocatedSchema
    ) -> Iterator[PartChange]:
        before, after = (side.schema.get("additionalProperties", True) for side in (old, new))
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self.compare(old.part(before), new.part(after), "/{any}")
        elif (before is False) is not (after is False):
            is_closed = after is False
            what = "takes no other fields now" if is_closed else "takes other fields now"
            yield PartChange("", what, is_closed and self._is_request)

    def _alternatives(
        self, before: dict[str, LocatedSchema], after: dict[str, LocatedSchema]
    ) -> Iterator[PartChange]:
        """Compare the alternatives of equal names. A removed one breaks clients if no other accepts
        its requests, and a new one if no earlier one allowed its responses."""
        for name in after.keys() & before.keys():
            where = f" ({name})" if name else ""
            yield from self.compare(before[name], after[name], where)
        for name in before.keys() - after.keys():
            breaks = self._is_request and not any(
                self._is_compatible(before[name], other) for other in after.values()
            )
            yield PartChange(_alternative(name), "is gone", breaks)
        for name in after.keys() - before.keys():
            breaks = not self._is_request and not any(
                self._is_compatible(other, after[name]) for other in before.values()
            )
            yield PartChange(_alternative(name), "is new", breaks)

    def _is_compatible(self, old: LocatedSchema, new: LocatedSchema) -> bool:
        changes = list(self.compare(old, new, ""))  # to its end, which closes the pairs
        return not any(change.breaks for change in changes)


def _content_hash(located: LocatedSchema) -> int:
    """Return a hash by content, for a merged schema is a new object each time."""
    return hash(json.dumps(located.schema, sort_keys=True, default=str))


def _has_references(schema: Any) -> bool:
    return "$ref" in json.dumps(schema, default=str)


def _types_of(schema: Any) -> set[str]:
    """Return the types that a schema allows; all if it names none."""
    type_ = schema.get("type")
    if type_ is None:
        return set(_TYPES)
    types = {type_}
    if schema.get("nullable"):
        types.add("null")
    if type_ == "number":
        types.add("integer")
    return types


def _either(types: set[str]) -> str:
    return "of any other type" if len(types) > 3 else " or ".join(sorted(types))


def _texts(values: Any) -> list[str] | None:
    return None if values is None else [json.dumps(value) for value in values]


def _from_to(keyword: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{keyword} is {after} now"
    return f"{keyword} was {before}, and is " + ("no more" if after is None else str(after))


def _alternative(name: str) -> str:
    return f" ({name})" if name else " (its only alternative)"


def _by_name(located: LocatedSchema, keyword: str) -> dict[str, LocatedSchema]:
    """Return the alternatives by title, by the last part of their reference, or by number; the
    schema itself, by the name "", if it has no alternatives."""
    if keyword not in located.schema:
        return {"": located}
    by_name: dict[str, LocatedSchema] = {}
    for number, alternative in enumerate(located.schema[keyword], 1):
        title = resolve(located.document, alternative).get("title")
        referenced = alternative.get("$ref", "").rsplit("/", 1)[-1]
        by_name[title or referenced or str(number)] = located.part(alternative)
    return by_name
