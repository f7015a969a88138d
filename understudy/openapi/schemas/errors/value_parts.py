"""Parts of large values, each with the schema that it must fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from understudy.openapi.document import escape

Child = tuple[Any, Any]


class Located(NamedTuple):
    """A converted schema and its location."""

    schema: Any
    location: str

    def inner(self, *steps: str | int) -> Located:
        """Return a schema in this one."""
        schema = self.schema
        for step in steps:
            schema = schema[step]
        return Located(schema, self.location + "".join(f"/{escape(step)}" for step in steps))


class Parts(NamedTuple):
    """Parts of a value, by their keys, and the schema that they must fit.

    `rule` makes a schema of the whole value of one of these parts. If the parts are `by_name`, it
    applies to those whose names fit only.
    """

    schema: Located
    children: Iterable[Child]
    rule: Callable[[Any], dict[str, Any]] = lambda schema: {"items": schema}
    by_name: bool = False

    def whole(self, children: list[Child]) -> Any:
        """Return a value that has these parts only."""
        return dict(children) if self.by_name else [part for _, part in children]


def parts_by_place(schema: Located, value: Any) -> Iterator[Parts]:
    """Yield the parts of a value, except for properties that patterns or no names are for."""
    keywords = schema.schema
    if isinstance(value, list):
        first = len(keywords.get("prefixItems", ()))
        for number, part in enumerate(value[:first]):
            yield Parts(schema.inner("prefixItems", number), [(number, part)])
        if "items" in keywords:
            yield Parts(schema.inner("items"), islice(enumerate(value), first, None))
    elif isinstance(value, dict):
        for name in keywords.get("properties", {}):
            if name in value:
                yield Parts(schema.inner("properties", name), [(name, value[name])])


def parts_by_name(schema: Located, children: list[Child]) -> Iterator[Parts]:
    """Yield properties by the schemas that they must fit because of their names."""
    for pattern in schema.schema.get("patternProperties", {}):
        rule = partial(_of_pattern, pattern)
        yield Parts(schema.inner("patternProperties", pattern), children, rule, by_name=True)
    if schema.schema.get("additionalProperties", False) is not False:
        yield other_properties(schema, children)


def other_properties(schema: Located, children: Iterable[Child]) -> Parts:
    """Return the parts that must fit `additionalProperties`."""
    named = {
        key: dict.fromkeys(schema.schema.get(key, ()), True)
        for key in ("properties", "patternProperties")
    }
    part = schema.inner("additionalProperties")
    return Parts(part, children, lambda p: {**named, "additionalProperties": p}, by_name=True)


def _of_pattern(pattern: str, schema: Any) -> dict[str, Any]:
    return {"patternProperties": {pattern: schema}}


def rule_of_names(schema: Any) -> dict[str, Any]:
    """Return the schema of objects whose names must fit a schema."""
    return {"propertyNames": schema}


def named_children(value: dict[str, Any]) -> Iterator[Child]:
    """Return the names of an object as parts without values."""
    return ((name, None) for name in value)
