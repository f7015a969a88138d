"""Where requests and responses have the ids of resources, as JSON pointers, by the names of their
fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.errors import Problem
from understudy.openapi.document import Document, escape
from understudy.openapi.examples.example_response import media_type_example
from understudy.openapi.extensions import OPAQUE, REFERENCES, UNIQUE
from understudy.openapi.operation import Body, MediaType, Operation
from understudy.openapi.resources.resource_types import (
    BARE,
    WRAPPERS,
    compatible,
    noun,
    nouns_of_path,
    plain,
    type_of_field,
)
from understudy.openapi.schemas.schema import item_schema, merged, parts

#: Levels below which no ids are looked for; values of a list that are looked at.
_DEEPEST = 5


def ids_in_response(operation: Operation, resource_type: str) -> tuple[str, ...]:
    """Return where successful responses have the id of a type, the most likely place first."""
    found: dict[str, tuple[int, int]] = {}
    for value in _successes(operation):
        for merit, pointer in _ids(value, nouns_of_path(operation.path), resource_type, "", 0):
            found.setdefault(pointer, (merit, pointer.count("/")))
    return tuple(sorted(found, key=lambda pointer: found[pointer]))


def ids_in_body(
    operation: Operation, media: MediaType, body: Any
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield where a body has ids of other resources, their types, and their schemas."""
    document = operation.contract.document
    yield from _references(document, media.definition.get("schema", {}), body, "", "", 0)


def chosen_id(operation: Operation, resource_type: str) -> tuple[str, str, bool] | None:
    """Return where a request has the id that a client chooses for a new resource: the part of the
    request and the name or pointer there, and whether the document says that it must be new."""
    path = next((p for p in operation.parameters if p.where == "path" and UNIQUE in p.schema), None)
    if path is not None:
        return "path", path.name, True
    media = operation.body.preferred if operation.body and operation.body.media else None
    if media is None or operation.method != "POST":
        return None
    nouns = nouns_of_path(operation.path)
    candidates = []
    for name, schema in _properties(operation.contract.document, media):
        merit = _merit(name, nouns, resource_type)
        if merit is not None and not schema.get("readOnly"):
            candidates.append((UNIQUE not in schema, merit, name))
    if not candidates:
        return None
    is_guessed, _, name = min(candidates)
    return "body", f"/{escape(name)}", not is_guessed


def _properties(document: Document, media: MediaType) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in parts(document, media.definition.get("schema", {})):
        for name, schema in part.get("properties", {}).items():
            yield name, merged(document, schema)


def _successes(operation: Operation) -> Iterator[Any]:
    """Yield the examples of successful responses in JSON, or else generated ones."""
    for status, body in operation.responses.items():
        media = _json(body) if status[0] == "2" else None
        if media is None:
            continue
        values = list(media.examples(operation.contract.document))
        if not values:
            try:
                values = [media_type_example(operation, media)]
            except Problem:  # the schema accepts no value that we can generate
                continue
        yield from values


def _json(body: Body) -> MediaType | None:
    return next((media for media in body.media.values() if media.is_json), None)


def _ids(
    value: Any, nouns: list[str], resource_type: str, at: str, depth: int
) -> Iterator[tuple[int, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list) and value:
        yield from _ids(value[0], nouns, resource_type, f"{at}/0", depth + 1)
    elif isinstance(value, dict):
        for name, part in value.items():
            pointer = f"{at}/{escape(name)}"
            merit = _merit(name, nouns, resource_type)
            if merit is not None and isinstance(part, str | int) and not isinstance(part, bool):
                yield merit, pointer
            inner = nouns if name in WRAPPERS else [noun(name)]
            yield from _ids(part, inner, resource_type, pointer, depth + 1)


def _merit(name: str, nouns: list[str], resource_type: str) -> int | None:
    """Return how likely a field has an id of a type, 0 if it is sure; None if it has none.

    A field is named as the type (`userId`), or is bare (`id`) in something that has its name.
    """
    text = plain(name)
    if text == resource_type:
        return 0
    if text in BARE:
        types = [each + text for each in nouns]
        if resource_type in types:
            return 1
        if any(compatible(each, resource_type) for each in types):
            return 2
        ending = next((bare for bare in ("uuid", "id", "name") if resource_type.endswith(bare)), "")
        return 4 if text == ending else None
    return 3 if len(text) > 4 and compatible(text, resource_type) else None


def _references(
    document: Document, schema: Any, value: Any, name: str, at: str, depth: int
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the ids of other resources in a part of a body, which is in the field of a name."""
    whole = merged(document, schema)
    if depth > _DEEPEST or {UNIQUE, OPAQUE} & whole.keys():
        return
    if isinstance(value, dict):
        properties: dict[str, Any] = {}
        for part in parts(document, schema):
            properties = {**part.get("properties", {}), **properties}
        for key, item in value.items():
            place = f"{at}/{escape(key)}"
            yield from _references(document, properties.get(key, {}), item, key, place, depth + 1)
    elif isinstance(value, list) and REFERENCES not in whole:
        for number, item in enumerate(value[:_DEEPEST]):
            inner = item_schema(document, schema, number) or {}
            yield from _references(document, inner, item, name, f"{at}/{number}", depth + 1)
    elif isinstance(value, str | int | list) and not isinstance(value, bool):
        resource_type = type_of_field(name)
        if resource_type is not None or REFERENCES in whole:
            yield at, resource_type or plain(name), whole
