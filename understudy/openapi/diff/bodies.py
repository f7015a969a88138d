"""Comparison of request bodies and responses, by status and media type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.headers import HeaderComparison
from understudy.openapi.diff.pair import Pair, necessity
from understudy.openapi.diff.parameters import form_of
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.diff.schemas.value_set import REQUEST, RESPONSE
from understudy.openapi.document import Document, escape
from understudy.openapi.operation import Body, MediaType

#: Media types whose bodies have fields, each with an encoding.
_FORMS = ("multipart/", "application/x-www-form-urlencoded")


class BodyComparison:
    """Compares bodies of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparison) -> None:
        self._old = old
        self._new = new
        self._schemas = schemas
        self._headers = HeaderComparison(old, new, schemas)

    def request_changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of the request body of one operation."""
        before, after = pair.before.body, pair.after.body
        is_request = pair.request == REQUEST
        if before is None or after is None:
            if before is not None:
                yield PartChange("request body", "is gone", True)
            elif after is not None:
                required = "required" if after.required else "optional"
                breaks = after.required and is_request
                yield PartChange("request body", f"is new, and {required}", breaks)
            return
        if before.required is not after.required:
            what = necessity(required=after.required)
            yield PartChange("request body", what, after.required is is_request)
        yield from self._content_changes("request body", before, after, pair.request)

    def response_changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of the responses of one operation."""
        before, after = _by_status(pair.before.responses), _by_status(pair.after.responses)
        for status in before:
            if status not in after:
                breaks = status.startswith("2") or pair.is_sent_by_server
                yield PartChange(f"response {status}", "is gone", breaks)
        for status, response in after.items():
            where = f"response {status}"
            if status not in before:
                yield PartChange(where, "is new", False)
                continue
            yield from self._headers.changes(
                where, before[status].definition, response.definition, pair.response
            )
            yield from self._content_changes(where, before[status], response, pair.response)

    def _content_changes(
        self, where: str, before: Body, after: Body, direction: str
    ) -> Iterator[PartChange]:
        for media_type in before.media:
            if media_type not in after.media:
                yield PartChange(where, f"{media_type} is gone", True)
        for media_type, media in after.media.items():
            if media_type in before.media:
                yield from self._media_type_changes(
                    where, before.media[media_type], media, direction
                )
                continue
            # Requests may have one more media type. A response breaks its clients if they get only
            # this one instead of those that they know.
            breaks = direction == RESPONSE and not before.media.keys() & after.media
            yield PartChange(where, f"{media_type} is new", breaks)

    def _media_type_changes(
        self, where: str, before: MediaType, after: MediaType, direction: str
    ) -> Iterator[PartChange]:
        for key, place in (("schema", ""), ("itemSchema", "/*")):
            old, new = (media.definition.get(key, True) for media in (before, after))
            for change in self._schemas.changes(
                LocatedSchema(self._old, old), LocatedSchema(self._new, new), direction
            ):
                yield change.below(f"{where}{place}")
        if after.type.startswith(_FORMS):
            yield from self._encoding_changes(where, before, after, direction)

    def _encoding_changes(
        self, where: str, before: MediaType, after: MediaType, direction: str
    ) -> Iterator[PartChange]:
        """Compare how the fields of a form are encoded."""
        old, new = (media.definition.get("encoding", {}) for media in (before, after))
        for name in {**old, **new}:
            place = f"{where}/{escape(name)}"
            earlier, later = old.get(name, {}), new.get(name, {})
            yield from _content_type_changes(place, earlier, later, direction)
            forms = [
                form_of(document, encoding, "query", _field(document, media, name))
                for document, encoding, media in (
                    (self._old, earlier, before),
                    (self._new, later, after),
                )
            ]
            if forms[0] != forms[1]:
                yield PartChange(place, f"was written as {forms[0]}, and is as {forms[1]}", True)
            yield from self._headers.changes(place, earlier, later, direction)


def _by_status(responses: Mapping[str, Body]) -> dict[str, Body]:
    return {status.upper() if status != "default" else status: b for status, b in responses.items()}


def _content_type_changes(
    where: str, before: Mapping[str, Any], after: Mapping[str, Any], direction: str
) -> Iterator[PartChange]:
    old, new = (side.get("contentType") for side in (before, after))
    if old == new:
        return
    sent, accepted = (old, new) if direction == REQUEST else (new, old)
    breaks = sent is None or accepted is None or not _media_types(sent) <= _media_types(accepted)
    now = f"and is {new}" if new else "and is no more"
    what = f"its media type was {old}, {now}" if old else f"its media type is {new} now"
    yield PartChange(where, what, breaks)


def _media_types(text: Any) -> set[str]:
    return {part.strip().lower() for part in str(text).split(",")}


def _field(document: Document, media: MediaType, name: str) -> Any:
    schema = LocatedSchema(document, media.definition.get("schema", {})).merged().schema
    return schema.get("properties", {}).get(name, {})
