"""Unknown fields: query parameters and body fields that a contract does not name.

The real service most likely ignores them, and most likely they are mistakes of the client.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any
from urllib.parse import parse_qsl

from jsonschema_rs import Draft202012Validator

from understudy.errors import Problem, Violation
from understudy.http import json_codec
from understudy.http.body.media_types import media_of
from understudy.http.messages import Request
from understudy.http.request.query_parser import QueryNames
from understudy.openapi.document import Document, escape
from understudy.openapi.operation import Operation
from understudy.openapi.schemas.schema import Schema, parts
from understudy.openapi.schemas.strings.patterns import PATTERN_OPTIONS, translated

#: Unknown fields that are reported of a request.
MOST_REPORTED = 50
#: Parts of a value that are looked at.
_MOST_PARTS = 100_000

_PATTERNS = "patternProperties"


def unknown_fields(operation: Operation, request: Request) -> list[Violation]:
    """Return the query parameters and body fields that the operation's contract does not name."""
    violations = chain(_parameters(operation, request), _fields(operation, request))
    return list(islice(violations, MOST_REPORTED))


def _parameters(operation: Operation, request: Request) -> Iterator[Violation]:
    names = QueryNames(operation)
    query = parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
    for name in dict.fromkeys(name for name, _ in query):
        if not names.is_known(name):
            yield Violation("query", f"/{escape(name)}", "is not a parameter of this operation")


def _fields(operation: Operation, request: Request) -> Iterator[Violation]:
    if operation.body is None or not request.body:
        return
    content_type = request.headers.get(b"content-type", b"")
    media = media_of(operation.body.media.values(), content_type.decode("latin-1"))
    if media is None or b"json" not in content_type or "schema" not in media.definition:
        return
    try:
        body = json_codec.decode(request.body)
    except Problem:
        return
    for place in unknown_properties(operation.contract.document, media.definition["schema"], body):
        yield Violation("body", place, "is not a field of this body")


def unknown_properties(document: Document, schema: Any, value: Any) -> Iterator[str]:
    """Yield JSON pointers to the fields of a value that its schema does not name.

    An object may have any fields if no part of its schema names one, or if one allows others. Of a
    value with very many parts, only some are looked at.
    """
    pending: list[tuple[str, list[Any], Any]] = [("", [schema], value)]
    left = _MOST_PARTS
    while pending and left > 0:
        place, schemas, part = pending.pop()
        applied = [each for schema in schemas for each in parts(document, schema)]
        if isinstance(part, list):
            inner = [(n, item) for n, item in enumerate(part[:left]) if _has_parts(item)]
            pending += ((f"{place}/{n}", _of_item(applied, n), item) for n, item in inner)
        elif isinstance(part, dict):
            is_open = _is_open(applied)
            for name, field in islice(part.items(), left):
                pointer = f"{place}/{escape(name)}"
                matching = _of_field(applied, name)
                if not (matching or is_open):
                    yield pointer
                elif _has_parts(field):
                    pending.append((pointer, matching, field))
        left -= len(part) + 1 if _has_parts(part) else 1


def _has_parts(value: Any) -> bool:
    return isinstance(value, list | dict)


def _is_open(applied: Sequence[Schema]) -> bool:
    """Return whether an object may have fields that its schema does not name."""
    allows_others = any(
        schema.get(key, False) is not False
        for schema in applied
        for key in ("additionalProperties", "unevaluatedProperties")
    )
    names = any(schema.get(key) for schema in applied for key in ("properties", _PATTERNS))
    return allows_others or not names


def _of_field(applied: Sequence[Schema], name: str) -> list[Any]:
    """Return the schemas of a field by its name; `true` if it is only named."""
    schemas = [s["properties"][name] for s in applied if name in s.get("properties", {})]
    for schema in applied:
        by_pattern = schema.get(_PATTERNS, {}).items()
        schemas += [part for pattern, part in by_pattern if _matches(pattern, name)]
    is_named = any(
        name in schema.get("required", ()) or name in schema.get("dependentSchemas", {})
        for schema in applied
    )
    return schemas or ([True] if is_named else _of_other_fields(applied))


def _of_other_fields(applied: Sequence[Schema]) -> list[Any]:
    keys = ("additionalProperties", "unevaluatedProperties")
    return [schema[key] for schema in applied for key in keys if schema.get(key)]


def _of_item(applied: Sequence[Schema], number: int) -> list[Any]:
    """Return the schemas of the item with this number."""
    schemas = []
    for schema in applied:
        first = schema.get("prefixItems", ())
        if number < len(first):
            schemas.append(first[number])
        else:
            schemas += [schema[key] for key in ("items", "unevaluatedItems") if key in schema]
    return schemas


@lru_cache(maxsize=500)
def _pattern(pattern: str) -> Draft202012Validator | None:
    """Return a validator of texts that match a pattern; None if no engine can read it."""
    words = translated(pattern)
    if words is None:
        return None
    return Draft202012Validator({"pattern": words}, pattern_options=PATTERN_OPTIONS)


def _matches(pattern: str, name: str) -> bool:
    compiled = _pattern(pattern)
    return compiled is None or compiled.is_valid(name)
