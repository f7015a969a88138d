"""Comparison of the headers of responses and of the parts of forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.operations.pair import deprecation_changes, necessity_change
from understudy.openapi.diff.operations.parameters import as_texts, form_changes, form_of
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.schemas.direction import REQUEST
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.document import Document, escape, locate


class HeaderComparison:
    """Compares headers of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparison) -> None:
        self._old = old
        self._new = new
        self._schemas = schemas

    def changes(
        self, where: str, before: HasHeaders, after: HasHeaders, direction: str
    ) -> Iterator[PartChange]:
        """Yield the changes of the `headers` of a part of an operation."""
        old, new = _headers(self._old, before), _headers(self._new, after)
        for key, header in old.items():
            if key not in new:
                place = f"{where} header {header.name}"
                change = PartChange(place, "is gone", Level.BREAKING, "removed", is_gone=True)
                yield change.at(header.place, header.place)
        for key, header in new.items():
            place = f"{where} header {header.name}"
            if key in old:
                earlier = old[key]
                for change in self._changes_of(earlier.definition, header.definition, direction):
                    yield change.below(place).at(earlier.place, header.place)
                continue
            level = breaking_if(direction == REQUEST and bool(header.definition.get("required")))
            yield PartChange(place, "is new", level, "added", place=header.place)

    def _changes_of(
        self, before: Mapping[str, Any], after: Mapping[str, Any], direction: str
    ) -> Iterator[PartChange]:
        was_required, is_required = (bool(side.get("required")) for side in (before, after))
        yield from necessity_change(was_required, is_required, direction)
        yield from deprecation_changes(before, after)
        schemas = (
            LocatedSchema(self._old, _schema(before)),
            LocatedSchema(self._new, _schema(after)),
        )
        old, new = (
            form_of(each.document, header, "header", each.schema)
            for each, header in zip(schemas, (before, after), strict=True)
        )
        yield from form_changes(old, new)
        changes = self._schemas.changes(*schemas, direction)
        yield from as_texts(changes, *schemas, direction) if not old.media_type else changes


class HasHeaders(NamedTuple):
    """The definition of something that has `headers`, and the JSON pointer to it."""

    definition: Mapping[str, Any]
    place: str


class _Header(NamedTuple):
    """A header as the document names it, and the JSON pointer to it."""

    name: str
    definition: Mapping[str, Any]
    place: str


def _headers(document: Document, part: HasHeaders) -> dict[str, _Header]:
    """Return headers by the name in lower case. `Content-Type` is that of the media types."""
    named = {}
    for name, node in part.definition.get("headers", {}).items():
        start = f"{part.place}/headers/{escape(name)}"
        header, place = locate(document, node, start)
        if name.lower() != "content-type" and isinstance(header, dict):
            named[name.lower()] = _Header(name, header, place)
    return named


def _schema(header: Mapping[str, Any]) -> Any:
    content = header.get("content")
    if isinstance(content, dict) and "schema" not in header:
        return next((media.get("schema", True) for media in content.values()), True)
    return header.get("schema", True)
