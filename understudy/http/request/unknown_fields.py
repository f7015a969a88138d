"""Unknown fields: query parameters and body fields that a contract does not name.

The real service most likely ignores them, and most likely they are mistakes of the client.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from understudy.errors import Problem, Violation
from understudy.http import json_codec
from understudy.http.body.media_types import media_of
from understudy.http.messages import Request
from understudy.http.request.query_parser import QueryNames
from understudy.openapi.document import Document, escape
from understudy.openapi.operation import Operation
from understudy.openapi.schemas.schema import item_schema, properties

#: Unknown fields that are reported of a request.
MOST_REPORTED = 50


def unknown_fields(operation: Operation, request: Request) -> list[Violation]:
    """Return the query parameters and body fields that the operation's contract does not name."""
    violations = [*_parameters(operation, request), *_fields(operation, request)]
    return violations[:MOST_REPORTED]


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
    """Yield JSON pointers to the fields of a value that its schema does not name."""
    pending: list[tuple[str, Any, Any]] = [("", schema, value)]
    while pending:
        place, schema, part = pending.pop()
        if isinstance(part, list):
            inner = item_schema(document, schema)
            pending += [(f"{place}/{n}", inner, item) for n, item in enumerate(part) if inner]
        elif isinstance(part, dict):
            named = properties(document, schema)
            for name, field in part.items():
                if named is None:
                    break
                if name in named:
                    pending.append((f"{place}/{escape(name)}", named[name], field))
                else:
                    yield f"{place}/{escape(name)}"
