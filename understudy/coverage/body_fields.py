"""The fields that the schemas of a body name, and which of them a body has."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from understudy.errors import Problem
from understudy.http.body.body_reader import BodyReader
from understudy.http.body.media_types import media_of
from understudy.openapi.contract import Contract
from understudy.openapi.document import Document, escape, resolve
from understudy.openapi.operation import Body, MediaType
from understudy.openapi.operation_reader import parse_media_type
from understudy.openapi.schemas.schema import Schema, parts, types

#: Fields that are listed of one body; those nearest to its top come first.
MOST_FIELDS = 1000
#: Objects and arrays of one body that are looked at.
_MOST_PARTS = 100_000
#: Content types of one body whose readers are kept.
_MOST_READERS = 20


class FieldNode:
    """The part of a body at a pointer: its fields by name, and the part that all items of an array
    and all other fields of an object are."""

    __slots__ = ("names", "others", "pointer")

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        self.names: dict[str, FieldNode] = {}
        self.others: FieldNode | None = None


class BodyFields:
    """The fields of the bodies of requests (`is_request`) or of responses, of all their media types
    together. `pointers` are JSON pointers with `*` for any item or name."""

    def __init__(self, contract: Contract, body: Body, *, is_request: bool) -> None:
        self._schemas = contract.schemas
        self._body = body
        self._readers: dict[bytes, tuple[BodyReader, dict[str, str]] | None] = {}
        hidden = "readOnly" if is_request else "writeOnly"
        schemas = [s for m in body.media.values() for s in _schemas_of(contract.document, m)]
        self._root, self.pointers = _tree(contract.document, schemas, hidden)

    def touched(self, content_type: bytes, content: bytes) -> set[str]:
        """Return the pointers of the fields that a body has; none if it cannot be read."""
        if not self.pointers or not content:
            return set()
        known = self._reader(content_type)
        if known is None:
            return set()
        reader, parameters = known
        try:
            value = reader.read(parameters, content)
        except Problem:
            return set()
        return _touched(self._root, value)

    def _reader(self, content_type: bytes) -> tuple[BodyReader, dict[str, str]] | None:
        """Return the reader for a Content-Type, with its parameters; None if the document has no
        such media type."""
        if content_type in self._readers:
            return self._readers[content_type]
        text = content_type.decode("latin-1")
        kind, parameters = parse_media_type(text)
        media = media_of(self._body.media.values(), text) if text else self._body.preferred
        found = None
        if media is not None:
            kind = media.type if kind in ("", "*/*") else kind
            found = (BodyReader(self._schemas, media, kind), parameters)
        if len(self._readers) < _MOST_READERS:  # a boundary makes each type of a form another one
            self._readers[content_type] = found
        return found


def _schemas_of(document: Document, media: MediaType) -> Iterator[Any]:
    """Yield the schemas of the bodies of a media type; the body of a sequence is an array."""
    definition = media.definition
    if "itemSchema" in definition:
        yield {"items": definition["itemSchema"]}
    if "schema" in definition:
        schema = definition["schema"]
        is_item = media.is_sequential and "array" not in types(document, schema)
        yield {"items": schema} if is_item else schema


def _tree(document: Document, schemas: list[Any], hidden: str) -> tuple[FieldNode, tuple[str, ...]]:
    """Return the root of the fields that some schemas name, and their pointers, nearest first.

    The fields of a schema within itself are not listed again. Fields that are `hidden` ("readOnly"
    or "writeOnly") are left out.
    """
    root = FieldNode("")
    pointers: list[str] = []
    pending: deque[tuple[FieldNode, list[Any], frozenset[int]]] = deque()
    pending.append((root, schemas, frozenset()))
    looked_at = 0
    while pending and len(pointers) < MOST_FIELDS and looked_at < _MOST_PARTS:
        node, schemas, above = pending.popleft()
        new = {id(schema): schema for schema in (resolve(document, s) for s in schemas)}
        new = {identity: schema for identity, schema in new.items() if identity not in above}
        within = above | new.keys()
        applied = [part for schema in new.values() for part in parts(document, schema)]
        looked_at += len(applied) + 1
        named = _properties(document, applied, hidden).items()
        for name, of_field in islice(named, MOST_FIELDS - len(pointers)):
            child = node.names[name] = FieldNode(f"{node.pointer}/{escape(name)}")
            pointers.append(child.pointer)
            pending.append((child, of_field, within))
        of_others = list(_others(applied))
        if of_others:
            node.others = FieldNode(f"{node.pointer}/*")
            pending.append((node.others, of_others, within))
    return root, tuple(pointers)


def _properties(document: Document, applied: Sequence[Schema], hidden: str) -> dict[str, list[Any]]:
    """Return the schemas of the named fields of an object, by name."""
    found: dict[str, list[Any]] = {}
    for schema in applied:
        for name, of_field in schema.get("properties", {}).items():
            found.setdefault(name, []).append(of_field)
    return {
        name: schemas
        for name, schemas in found.items()
        if False not in schemas
        and not any(p.get(hidden) is True for s in schemas for p in parts(document, s))
    }


def _others(applied: Sequence[Schema]) -> Iterator[Any]:
    """Yield the schemas of the items of an array, and of the other fields of an object."""
    for schema in applied:
        yield from schema.get("prefixItems", ())
        yield from schema.get("patternProperties", {}).values()
        for key in ("items", "unevaluatedItems", "additionalProperties", "unevaluatedProperties"):
            if isinstance(schema.get(key), dict):
                yield schema[key]


def _touched(root: FieldNode, value: Any) -> set[str]:
    """Return the pointers of the fields that a value has."""
    found: set[str] = set()
    pending = [(root, value)]
    left = _MOST_PARTS
    while pending and left:
        left -= 1
        node, part = pending.pop()
        if isinstance(part, dict):
            for name, item in part.items():
                child = node.names.get(name)
                if child is not None:
                    found.add(child.pointer)
                else:
                    child = node.others
                if child is not None and isinstance(item, dict | list):
                    pending.append((child, item))
        elif isinstance(part, list) and node.others is not None:
            others = node.others
            pending += [(others, item) for item in part if isinstance(item, dict | list)]
    return found
