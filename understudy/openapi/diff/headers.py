"""Comparison of the headers of responses and of the parts of forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.pair import deprecation_changes, necessity
from understudy.openapi.diff.parameters import form_of
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.diff.schemas.value_set import REQUEST
from understudy.openapi.document import Document, resolve


class HeaderComparison:
    """Compares headers of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparison) -> None:
        self._old = old
        self._new = new
        self._schemas = schemas

    def changes(
        self, where: str, before: Mapping[str, Any], after: Mapping[str, Any], direction: str
    ) -> Iterator[PartChange]:
        """Yield the changes of the `headers` of a part of an operation."""
        old, new = _headers(self._old, before), _headers(self._new, after)
        is_request = direction == REQUEST
        for key, (name, _) in old.items():
            if key not in new:
                yield PartChange(f"{where} header {name}", "is gone", True)
        for key, (name, header) in new.items():
            place = f"{where} header {name}"
            if key not in old:
                breaks = is_request and bool(header.get("required"))
                yield PartChange(place, "is new", breaks)
                continue
            for change in self._changes_of(old[key][1], header, direction):
                yield change.below(place)

    def _changes_of(
        self, before: Mapping[str, Any], after: Mapping[str, Any], direction: str
    ) -> Iterator[PartChange]:
        required = bool(after.get("required"))
        if required is not bool(before.get("required")):
            yield PartChange("", necessity(required=required), required is (direction == REQUEST))
        yield from deprecation_changes(before, after)
        schemas = (
            LocatedSchema(self._old, _schema(before)),
            LocatedSchema(self._new, _schema(after)),
        )
        old, new = (
            form_of(each.document, header, "header", each.schema)
            for each, header in zip(schemas, (before, after), strict=True)
        )
        if old != new:
            yield PartChange("", f"was written as {old}, and is as {new}", True)
        yield from self._schemas.changes(*schemas, direction)


def _headers(document: Document, part: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return names and headers by the name in lower case. `Content-Type` is that of the media
    types."""
    named = {name: resolve(document, each) for name, each in part.get("headers", {}).items()}
    return {
        name.lower(): (name, header)
        for name, header in named.items()
        if name.lower() != "content-type" and isinstance(header, dict)
    }


def _schema(header: Mapping[str, Any]) -> Any:
    content = header.get("content")
    if isinstance(content, dict) and "schema" not in header:
        return next((media.get("schema", True) for media in content.values()), True)
    return header.get("schema", True)
