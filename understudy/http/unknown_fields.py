"""What a request says beyond its contract: parameters and fields that no schema names. The real
service most likely lets them pass; a client most likely did not mean them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from understudy.errors import Problem, Violation
from understudy.http import json_codec
from understudy.http.messages import Request
from understudy.openapi.contract import Operation
from understudy.openapi.document import Document, resolve

#: Fields that are told of.
MOST_TOLD = 50


def unknown_fields(operation: Operation, request: Request) -> list[Violation]:
    """The query parameters and body fields that the operation's contract does not name."""
    found = [*_parameters(operation, request), *_fields(operation, request)]
    return found[:MOST_TOLD]


def _parameters(operation: Operation, request: Request) -> Iterator[Violation]:
    known = {p.name for p in operation.parameters if p.where == "query"}
    schemes = operation.contract.security_schemes.values()
    known |= {s.get("name") for s in schemes if s.get("in") == "query"}
    deep = tuple(f"{p.name}[" for p in operation.parameters if p.kind == "deepObject")
    query = parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
    for name in dict.fromkeys(name for name, _ in query):
        if name not in known and not name.startswith(deep or ("\0",)):
            yield Violation("query", f"/{name}", "is no parameter of this operation")


def _fields(operation: Operation, request: Request) -> Iterator[Violation]:
    if operation.body is None or not request.body:
        return
    media = next((m for m in operation.body.media.values() if m.is_json), None)
    kind = request.headers.get(b"content-type", b"")
    if media is None or b"json" not in kind or "schema" not in media.definition:
        return
    try:
        body = json_codec.decode(request.body)
    except Problem:
        return
    for place in unknown_properties(operation.contract.document, media.definition["schema"], body):
        yield Violation("body", place, "is no field of this body")


def unknown_properties(document: Document, schema: Any, value: Any) -> Iterator[str]:
    """JSON pointers to the fields of a value that its schema does not name."""
    pending: list[tuple[str, Any, Any]] = [("", schema, value)]
    while pending:
        place, schema, part = pending.pop()
        if isinstance(part, list):
            items = _items(document, schema)
            pending += [(f"{place}/{n}", items, one) for n, one in enumerate(part) if items]
        elif isinstance(part, dict):
            named = _properties(document, schema)
            for name, one in part.items():
                if named is None:
                    break
                if name in named:
                    pending.append((f"{place}/{name}", named[name], one))
                else:
                    yield f"{place}/{name}"


def _parts(document: Document, schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of, whichever of them apply."""
    pending: list[Any] = [schema]
    seen: list[dict[str, Any]] = []
    while pending:
        part = resolve(document, pending.pop())
        if isinstance(part, dict) and not any(part is known for known in seen):
            seen.append(part)
            yield part
            for key in ("allOf", "anyOf", "oneOf"):
                pending += part.get(key, ())


def _properties(document: Document, schema: Any) -> dict[str, Any] | None:
    """The fields that a schema names; None where it names none, or says that others may come."""
    named: dict[str, Any] = {}
    for part in _parts(document, schema):
        if part.get("additionalProperties", False) is not False:
            return None
        named.update(part.get("properties", {}))
    return named or None


def _items(document: Document, schema: Any) -> Any:
    """The schema of an array's items, if there is one."""
    return next((part["items"] for part in _parts(document, schema) if "items" in part), None)
