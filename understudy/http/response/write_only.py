"""Removes `writeOnly` properties: they are for requests, and no response has them."""

from __future__ import annotations

from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.schemas.schema import parts, walk

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
        schemas = [_property_schema(piece, name) for piece in pieces]
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


def _property_schema(schema: dict[str, Any], name: str) -> Any:
    return schema.get("properties", {}).get(name, schema.get("additionalProperties"))


def _item_schema(schema: dict[str, Any], number: int) -> Any:
    first = schema.get("prefixItems", ())
    return first[number] if number < len(first) else schema.get("items")
