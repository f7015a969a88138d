"""Compares two schemas by the way that their values go: to a server, or from it.

A request that is no longer taken breaks clients; so does an answer that was never given before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.document import Document, resolve

REQUEST, RESPONSE = "request", "response"

#: What a comparison yields: where in the schema, what, whether it breaks clients.
Told = tuple[str, str, bool]

#: Bounds, and whether a greater value takes more.
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


class Side(NamedTuple):
    """A schema and the document that it is in."""

    document: Document
    schema: Any

    def part(self, schema: Any) -> Side:
        """A schema within this one."""
        return Side(self.document, schema)


def schema_changes(old: Side, new: Side, way: str) -> Iterator[Told]:
    """What changed, as (place, what, breaks), for values that go that way."""
    yield from _Comparison(way).compare(old, new, "")


class _Comparison:
    """A comparison under way; remembers which pairs of schemas it is in, for they may recur."""

    def __init__(self, way: str) -> None:
        self._request = way == REQUEST
        self._within: set[tuple[int, int]] = set()

    def compare(self, old: Side, new: Side, place: str) -> Iterator[Told]:
        """What changed from one schema to the other."""
        old, new = _flat(old), _flat(new)
        pair = _identity(old), _identity(new)
        if old.schema == new.schema and not _refers(old.schema):
            return
        if pair in self._within:
            return
        self._within.add(pair)
        for told in self._told(old, new):
            where, what, breaks = told
            yield f"{place}{where}", what, breaks
        self._within.discard(pair)

    def _told(self, old: Side, new: Side) -> Iterator[Told]:
        for word in ("oneOf", "anyOf"):
            if (word in old.schema) or (word in new.schema):
                yield from self._variants(_by_name(old, word), _by_name(new, word))
            if (word in old.schema) is not (word in new.schema):
                return  # all that is said on either side has been compared, form by form
        yield from self._types(old.schema, new.schema)
        yield from self._values(old.schema, new.schema)
        yield from self._bounds(old.schema, new.schema)
        yield from self._properties(old, new)
        yield from self._open(old, new)
        if "items" in old.schema and "items" in new.schema:
            yield from self._below("/*", old.part(old.schema["items"]), new, new.schema["items"])

    def _below(self, place: str, old: Side, new: Side, schema: Any) -> Iterator[Told]:
        yield from self.compare(old, new.part(schema), place)

    def _less(self, what: str, less: bool) -> Told:
        """A change that takes less than before, or more."""
        return "", what, less is self._request

    def _types(self, old: Any, new: Any) -> Iterator[Told]:
        before, after = _types_of(old), _types_of(new)
        if lost := before - after:
            yield self._less(f"is no longer {_either(lost)}", less=True)
        if gained := after - before:
            yield self._less(f"may be {_either(gained)}", less=False)

    def _values(self, old: Any, new: Any) -> Iterator[Told]:
        before, after = (_texts(schema.get("enum")) for schema in (old, new))
        if before is None and after is not None:
            yield self._less(f"is one of {', '.join(after)} now", less=True)
        elif before is not None and after is None:
            yield self._less("may have any value", less=False)
        elif before is not None and after is not None:
            for value in before:
                if value not in after:
                    yield self._less(f"is no longer {value}", less=True)
            for value in after:
                if value not in before:
                    yield self._less(f"may be {value}", less=False)
        if old.get("default") != new.get("default"):
            said = (json.dumps(schema.get("default")) for schema in (old, new))
            yield "", "its default was {}, and is {}".format(*said), self._request

    def _bounds(self, old: Any, new: Any) -> Iterator[Told]:
        for word, greater_takes_more in _BOUNDS.items():
            before, after = old.get(word), new.get(word)
            if before == after:
                continue
            if before is None or after is None:
                less = before is None
            else:
                less = (after < before) is greater_takes_more
            yield self._less(_from_to(word, before, after), less)
        for word in _EXACT:
            before, after = old.get(word), new.get(word)
            if before != after:
                # Another pattern takes less in one way or the other.
                breaks = self._request if before is None else not self._request
                both = before is not None and after is not None
                yield "", _from_to(word, before, after), both or breaks

    def _properties(self, old: Side, new: Side) -> Iterator[Told]:
        before, after = (side.schema.get("properties", {}) for side in (old, new))
        needed_before, needed = (set(side.schema.get("required", ())) for side in (old, new))
        for name in before.keys() - after.keys():
            yield f"/{name}", "is gone", True
        for name, schema in after.items():
            place, required = f"/{name}", name in needed
            if name not in before:
                kind = "required" if required and self._request else "optional"
                told = f"is new, and {kind}" if self._request else "is new"
                yield place, told, required and self._request
                continue
            if required is not (name in needed_before):
                told = "is required now" if required else "is optional now"
                yield place, told, required is self._request
            yield from self._below(place, old.part(before[name]), new, schema)

    def _open(self, old: Side, new: Side) -> Iterator[Told]:
        before, after = (side.schema.get("additionalProperties", True) for side in (old, new))
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self._below("/{any}", old.part(before), new, after)
        elif (before is False) is not (after is False):
            closed = after is False
            told = "takes no other fields now" if closed else "takes other fields now"
            yield "", told, closed and self._request

    def _variants(self, before: dict[str, Side], after: dict[str, Side]) -> Iterator[Told]:
        """Compares those of the same name; of the others, what a request could say must still be
        taken, and what an answer says must have been possible."""
        for name in after.keys() & before.keys():
            yield from self.compare(before[name], after[name], f" ({name})" if name else "")
        for name in before.keys() - after.keys():
            covered = self._request and any(self._fits(before[name], v) for v in after.values())
            yield _gone(name), "is gone", self._request and not covered
        for name in after.keys() - before.keys():
            covered = self._request or any(self._fits(v, after[name]) for v in before.values())
            yield _gone(name), "is new", not covered

    def _fits(self, old: Side, new: Side) -> bool:
        return not any(breaks for _, _, breaks in self.compare(old, new, ""))


def _flat(side: Side) -> Side:
    """The schema with its reference followed and its `allOf` parts made one."""
    schema = resolve(side.document, side.schema)
    if not isinstance(schema, dict) or "allOf" not in schema:
        return side.part(schema if isinstance(schema, dict) else {})
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema["allOf"]:
        for key, value in _flat(side.part(part)).schema.items():
            if key == "properties":
                whole[key] = {**value, **whole.get(key, {})}
            elif key == "required":
                whole[key] = [*whole.get(key, ()), *value]
            else:
                whole.setdefault(key, value)
    return side.part(whole)


def _identity(side: Side) -> int:
    """What tells a schema from others, by its content: a flat one is made anew each time."""
    return hash(json.dumps(side.schema, sort_keys=True, default=str))


def _refers(schema: Any) -> bool:
    return "$ref" in json.dumps(schema, default=str)


def _types_of(schema: Any) -> set[str]:
    """The types that a schema takes; all where it names none."""
    named = schema.get("type")
    if named is None:
        return set(_TYPES)
    return {named, *(["null"] if schema.get("nullable") else ()), *_narrower(named)}


def _narrower(named: str) -> list[str]:
    return ["integer"] if named == "number" else []


def _either(types: set[str]) -> str:
    return "of any other type" if len(types) > 3 else " or ".join(sorted(types))


def _texts(values: Any) -> list[str] | None:
    return None if values is None else [json.dumps(value) for value in values]


def _from_to(word: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{word} is {after} now"
    return f"{word} was {before}, and is " + ("no more" if after is None else str(after))


def _gone(name: str) -> str:
    return f" ({name})" if name else " (its one form)"


def _by_name(side: Side, word: str) -> dict[str, Side]:
    """The variants by title, by what they refer to, or by number; the schema itself, without a
    name, where it has none."""
    if word not in side.schema:
        return {"": side}
    named: dict[str, Side] = {}
    for number, variant in enumerate(side.schema[word], 1):
        title = resolve(side.document, variant).get("title")
        ref = variant.get("$ref", "").rsplit("/", 1)[-1]
        named[title or ref or str(number)] = side.part(variant)
    return named
