"""What a schema consists of, by references and by the keywords that contain schemas.

Schemas are JSON Schema 2020-12; any of them may be a boolean. Every function follows references,
and ends for schemas that contain themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from understudy.openapi.document import Document, resolve

Schema = dict[str, Any]

#: The keywords that list alternatives.
CHOICES = ("anyOf", "oneOf")
#: The keywords that list schemas of the same value.
COMPOSITIONS = ("allOf", *CHOICES)
#: The keywords of one schema that applies to the same value, on a condition.
CONDITIONS = ("if", "then", "else")
#: The keywords of a map of schemas: of parts of a value, and of the same value on a condition.
MAPS = ("properties", "patternProperties", "dependentSchemas")
#: The keywords of one schema of a part of a value.
PART_SCHEMAS = (
    *("items", "contains", "additionalProperties", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")


def merged(document: Document, schema: Any, within: frozenset[str] = frozenset()) -> Schema:
    """Return one schema without `allOf` that combines all its parts.

    Required names add up, the tighter bound and the types that all parts allow count, and a
    property of several parts must fit all of them; of any other keyword the first counts. A part
    that contains itself is left out at that place; `within` are the references that lead to the
    schema.
    """
    outer = as_object(resolve(document, schema))
    if "allOf" not in outer:
        return outer
    whole: Schema = {key: value for key, value in outer.items() if key != "allOf"}
    for part in outer["allOf"]:
        ref = part.get("$ref", "") if isinstance(part, dict) else ""
        if ref in within:
            continue
        inner = within | {ref} if ref else within
        for key, value in merged(document, part, inner).items():
            whole[key] = _combined(key, whole[key], value) if key in whole else value
    return whole


def as_object(schema: Any) -> Schema:
    """Return a boolean schema as an object that means the same; any other schema as it is."""
    if isinstance(schema, dict):
        return schema
    return {"not": {}} if schema is False else {}


def _combined(key: str, first: Any, second: Any) -> Any:
    """Return the value of a keyword that two parts of a schema have."""
    if first == second:
        return first
    if key in ("properties", "patternProperties"):
        shared = {name: {"allOf": [first[name], second[name]]} for name in first if name in second}
        return {**first, **second, **shared}
    if key == "required":
        return [*first, *second]
    if key == "type":
        return _common_types(first, second) or first
    if key == "enum":
        return [value for value in first if value in second] or first
    if key in _LOWER:
        return max(first, second)
    return min(first, second) if key in _UPPER else first


def _common_types(first: Any, second: Any) -> Any:
    """Return the types that two values of `type` have in common, as one of them writes it."""
    integer = "integer" in (first, second) and {"number"} & {*_list(first), *_list(second)}
    common = [kind for kind in _list(first) if kind in _list(second)]
    if integer and "integer" not in common:
        common.append("integer")
    return common[0] if len(common) == 1 else common


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return the types that a schema itself names: those of `type`, else those of the values of
    `const` or `enum`."""
    if "type" in schema:
        return tuple(map(str, _list(schema["type"])))
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    return tuple(dict.fromkeys(map(_type_of_value, values)))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _type_of_value(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    kinds = {str: "string", int: "integer", float: "number", list: "array"}
    return kinds.get(type(value), "object")


def parts(document: Document, schema: Any) -> Iterator[Schema]:
    """Yield a schema and all schemas that it applies to the same value: those of `allOf`, `anyOf`,
    `oneOf`, `if`, `then`, `else` and `dependentSchemas`."""

    def applied(part: Schema) -> list[Any]:
        conditional = [part[key] for key in CONDITIONS if key in part]
        dependent = part.get("dependentSchemas", {}).values()
        return [*_listed(part, COMPOSITIONS), *conditional, *dependent]

    return _each(document, schema, applied)


def walk(document: Document, schema: Any) -> Iterator[Schema]:
    """Yield a schema and all schemas in it, at any depth."""
    return _each(document, schema, lambda part: list(subschemas(part)))


def subschemas(schema: Schema) -> Iterator[Any]:
    """Yield the schemas directly in a schema, in the order of the keywords."""
    for key in MAPS:
        yield from schema.get(key, {}).values()
    yield from (schema[key] for key in (*PART_SCHEMAS, "not", *CONDITIONS) if key in schema)
    yield from _listed(schema, ("prefixItems", *COMPOSITIONS))


def item_schema(document: Document, schema: Any, number: int | None = None) -> Any:
    """Return the schema of an array's items, or of the item with a number; None if there is none.

    Items that have a schema of their own come first in the array (`prefixItems`).
    """
    for part in parts(document, schema):
        of_own = part.get("prefixItems", ())
        if number is not None and number < len(of_own):
            return of_own[number]
        if "items" in part:
            return part["items"]
    return None


def types(document: Document, schema: Any) -> tuple[str, ...]:
    """Return the types that a schema's parts name, in their order."""
    named = [kind for part in parts(document, schema) for kind in types_of(part)]
    return tuple(dict.fromkeys(named))


def _listed(part: Schema, keys: tuple[str, ...]) -> list[Any]:
    return [schema for key in keys for schema in part.get(key, ())]


def _each(
    document: Document, schema: Any, inner: Callable[[Schema], list[Any]]
) -> Iterator[Schema]:
    """Yield a schema and, recursively, the schemas that `inner` returns; each once, in the
    document's order."""
    pending: list[Any] = [schema]
    seen: set[int] = set()
    while pending:
        part = resolve(document, pending.pop(0))
        if isinstance(part, dict) and id(part) not in seen:
            seen.add(id(part))
            yield part
            pending[:0] = inner(part)
