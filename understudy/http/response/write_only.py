"""Removes `writeOnly` properties: they are for requests, and no response has them."""

from __future__ import annotations

from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.schemas.schema import parts, walk
from understudy.openapi.schemas.strings.patterns import matches

#: The depth of a value below which nothing is removed.
MOST_DEPTH = 50


def has_write_only(document: Document, schema: Any) -> bool:
    """Return whether a schema, or one within it, is `writeOnly`."""
    return any(part.get("writeOnly") is True for part in walk(document, schema))


def without_write_only(document: Document, schema: Any, value: Any, depth: int = 0) -> Any:
    """Return a copy of a value without the properties that its schema calls `writeOnly`."""
    if depth > MOST_DEPTH or not isinstance(value, dict | list):
        return value
    pieces = list(parts(document, schema))
    if isinstance(value, list):
        return [
            _cleaned(document, [_item_schema(piece, number) for piece in pieces], item, depth)
            for number, item in enumerate(value)
        ]
    cleaned = {}
    for name, part in value.items():
        schemas = [schema for piece in pieces for schema in _property_schemas(piece, name)]
        if not any(_is_write_only(document, schema) for schema in schemas):
            cleaned[name] = _cleaned(document, schemas, part, depth)
    return cleaned


def _cleaned(document: Document, schemas: list[Any], value: Any, depth: int) -> Any:
    for schema in schemas:
        if isinstance(schema, dict):
            value = without_write_only(document, schema, value, depth + 1)
    return value


def _is_write_only(document: Document, schema: Any) -> bool:
    return any(part.get("writeOnly") is True for part in parts(document, schema))


def _property_schemas(schema: dict[str, Any], name: str) -> list[Any]:
    """Return the schemas of a property: by its name and by patterns, else that of all others."""
    named = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    schemas = [named[name]] if name in named else []
    schemas += [patterns[pattern] for pattern in patterns if matches(pattern, name)]
    return schemas or [schema.get("additionalProperties", schema.get("unevaluatedProperties"))]


def _item_schema(schema: dict[str, Any], number: int) -> Any:
    first = schema.get("prefixItems", ())
    return first[number] if number < len(first) else schema.get("items")
