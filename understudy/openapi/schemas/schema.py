"""What a schema consists of, by `$ref`, `allOf`, `anyOf` and `oneOf`.

Every function follows references, and ends for schemas that contain themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.openapi.document import Document, resolve

Schema = dict[str, Any]

#: The keywords that list alternatives.
CHOICES = ("anyOf", "oneOf")
#: The keywords that list schemas.
COMPOSITIONS = ("allOf", *CHOICES)


def merged(document: Document, schema: Any, within: frozenset[str] = frozenset()) -> Schema:
    """Return one schema without `allOf` that combines all its parts.

    If several parts have a keyword, the first counts; required names add up, and a property of
    several parts must fit all of them. A part that contains itself is left out at that place;
    `within` are the references that lead to the schema.
    """
    schema = resolve(document, schema)
    if not isinstance(schema, dict):
        return {}
    if "allOf" not in schema:
        return schema
    whole: Schema = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema["allOf"]:
        ref = part.get("$ref", "") if isinstance(part, dict) else ""
        if ref in within:
            continue
        inner = within | {ref} if ref else within
        for key, value in merged(document, part, inner).items():
            if key == "properties":
                whole[key] = _merged_properties(whole.get(key, {}), value)
            elif key == "required":
                whole[key] = [*whole.get(key, ()), *value]
            else:
                whole.setdefault(key, value)
    return whole


def _merged_properties(first: Schema, second: Schema) -> Schema:
    both = {**first}
    for name, schema in second.items():
        if first.get(name, schema) != schema:
            both[name] = {"allOf": [first[name], schema]}
        else:
            both[name] = schema
    return both


def parts(document: Document, schema: Any) -> Iterator[Schema]:
    """Yield a schema and all schemas that it combines by `allOf`, `anyOf` and `oneOf`."""
    return _each(document, schema, lambda part: _listed(part, COMPOSITIONS))


def walk(document: Document, schema: Any) -> Iterator[Schema]:
    """Yield a schema and all schemas in it, at any depth."""

    def inner(part: Schema) -> list[Any]:
        nested = [part[key] for key in ("items", "additionalProperties", "not") if key in part]
        return [*part.get("properties", {}).values(), *nested, *_listed(part, COMPOSITIONS)]

    return _each(document, schema, inner)


def properties(document: Document, schema: Any) -> dict[str, Any] | None:
    """Return the properties that a schema names, in any of its parts; None if it names none, or
    allows additional ones."""
    named: dict[str, Any] = {}
    for part in parts(document, schema):
        if part.get("additionalProperties", False) is not False:
            return None
        named.update(part.get("properties", {}))
    return named or None


def item_schema(document: Document, schema: Any) -> Any:
    """Return the schema of an array's items, or None."""
    return next((part["items"] for part in parts(document, schema) if "items" in part), None)


def types(document: Document, schema: Any) -> tuple[str, ...]:
    """Return the types that a schema's parts name, in their order."""
    named: list[str] = []
    for part in parts(document, schema):
        kinds = part.get("type", ())
        named += [kinds] if isinstance(kinds, str) else kinds
    return tuple(dict.fromkeys(named))


def _listed(part: Schema, keys: tuple[str, ...]) -> list[Any]:
    return [schema for key in keys for schema in part.get(key, ())]


def _each(document: Document, schema: Any, inner: Any) -> Iterator[Schema]:
    """Yield a schema and, recursively, the schemas that `inner` returns; each once, in the
    document's order."""
    pending: list[Any] = [schema]
    seen: list[Schema] = []
    while pending:
        part = resolve(document, pending.pop(0))
        if isinstance(part, dict) and not any(part is known for known in seen):
            seen.append(part)
            yield part
            pending[:0] = inner(part)
