"""Variants of an object or array that a schema refuses, one of which it may accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.combined_schema import (
    CombinedSchema,
    combine,
    property_names,
    property_schema,
    type_fits,
)
from understudy.openapi.examples.generator.document_schemas import DocumentSchemas

#: Values of all types, of which a schema of a property most likely refuses one.
_OTHER_VALUES: tuple[Any, ...] = ("amber", 1, True, [], {}, 0.5, None)
#: Schemas whose properties are looked at.
_MOST_SCHEMAS = 30
_MOST_OPTIONS = 500


def variants(schemas: DocumentSchemas, combined: CombinedSchema, value: Any) -> Iterator[Any]:
    """Yield a value and variants of it.

    These lack one property, or all that are not required; or they have other values for the
    properties of the schemas that they may not fit (`not`, `if`, the other options of `oneOf`).
    """
    yield value
    if isinstance(value, list):
        yield from (value[:end] for end in range(len(value)))
        yield value + value
        return
    if not isinstance(value, dict):
        return
    required = {name for names in combined.all("required") for name in names}
    optional = [name for name in value if name not in required]
    for name in optional:
        yield {key: part for key, part in value.items() if key != name}
    least = {key: part for key, part in value.items() if key in required}
    if len(optional) > 1:
        yield least
    opposed = _opposed(schemas, combined, value)
    if opposed:
        yield {**value, **opposed}
        yield {**least, **opposed}
    for name in _names(schemas, combined):
        for other in _OTHER_VALUES:
            yield {**value, name: other}
            if len(optional) > 1:
                yield {**least, name: other}


def _opposed(
    schemas: DocumentSchemas, combined: CombinedSchema, value: dict[str, Any]
) -> dict[str, Any]:
    """Return properties, one for each other option of `oneOf`, whose values these do not allow."""
    options = [o for choice in combined.choices if choice.exclusive for o in choice.options]
    types: dict[str, set[str]] = {}
    chosen: list[str] = []
    for option in options[:_MOST_OPTIONS]:
        named = _property_types(schemas, option)
        for name, allowed in named.items():
            types.setdefault(name, set()).update(allowed)
        if not any(name in named for name in chosen):
            chosen += [name for name in named if name not in value and named[name]][:1]
    opposed = {}
    for name in chosen:
        refused = [v for v in _OTHER_VALUES if not type_fits(v, [*types[name]])]
        if refused:
            opposed[name] = refused[0]
    return opposed


def _property_types(schemas: DocumentSchemas, schema: Any) -> dict[str, list[str]]:
    """Return the types of the properties of a schema; none for those of any type."""
    try:
        parts = combine(schemas, schema)
        properties = {
            name: combine(schemas, property_schema(parts, name, lambda _pattern, _name: False))
            for name in property_names(parts)
        }
    except CannotGenerate:
        return {}
    return {name: combined.types or [] for name, combined in properties.items()}


def _names(schemas: DocumentSchemas, combined: CombinedSchema) -> list[str]:
    """Return the names of the properties of the schemas that a value may not fit."""
    refused = [option for choice in combined.choices for option in choice.options]
    refused += combined.excluded
    refused += [condition["if"] for condition in combined.conditions]
    names: dict[str, None] = {}
    for schema in refused[:_MOST_SCHEMAS]:
        try:
            parts = combine(schemas, schema)
        except CannotGenerate:
            continue
        names |= dict.fromkeys(property_names(parts))
        names |= dict.fromkeys(name for group in parts.all("required") for name in group)
    return list(names)
