"""Parses the body of a request: chooses the media type, decodes, and validates."""

from __future__ import annotations

from typing import Any

from understudy.errors import Invalid, Problem, Violation, header_problem
from understudy.http import json_codec
from understudy.http.body.body_reader import BodyReader
from understudy.http.body.media_types import media_of
from understudy.http.messages import Request
from understudy.openapi.operation import Body, MediaType
from understudy.openapi.operation_reader import parse_media_type
from understudy.openapi.schemas.schema_registry import SchemaRegistry

#: The spellings of a charset that JSON has anyway.
_UTF8 = (b"", b"; charset=utf-8", b";charset=utf-8", b"; charset=UTF-8", b";charset=UTF-8")
#: The types that a range of media types is read as, if a request names no type that we know.
_RANGES = {"*/*": "application/json", "application/*": "application/json", "text/*": "text/plain"}
#: Readers that are kept of ranges of media types.
_MOST_READERS = 64


class BodyParser:
    """Parses the bodies of one operation's requests; compiled once."""

    def __init__(self, schemas: SchemaRegistry, body: Body) -> None:
        self._schemas = schemas
        self._body = body
        self._readers: dict[tuple[str, str], BodyReader] = {}
        #: The readers of JSON, by whole headers: nearly all requests have one of these.
        self._json: dict[bytes, BodyReader] = {}
        for media in body.media.values():
            for end in _UTF8:
                header = media.type.encode() + end
                if media.is_json and media_of(body.media.values(), header.decode()) is media:
                    self._json[header] = self._reader(media, media.type)

    def parse(
        self, request: Request, arguments: dict[str, Any], violations: list[Violation]
    ) -> None:
        """Add the body to the arguments, or to the violations what is wrong. Raises Problem 415."""
        body = request.body
        if not body:
            if self._body.required:
                violations.append(Violation("body", "", "is required, and there is none"))
            return
        if not self._body.media:  # the document says nothing about the body
            arguments["body"] = json_codec.decode_or_text(body)
            return
        content_type = request.headers.get(b"content-type", b"")
        reader = self._json.get(content_type)
        try:
            if reader is not None and body[0] != 0xEF:  # begins without a byte order mark
                value = json_codec.decode(body)
            else:
                reader, parameters = self._find(content_type)
                value = reader.read(parameters, body)
        except Invalid as error:
            violations += error.violations
            return
        faults = reader.violations(value)
        if faults:
            violations += faults
        else:
            arguments["body"] = value

    def _find(self, content_type: bytes) -> tuple[BodyReader, dict[str, str]]:
        """Return the reader of the media type that a header names, and the header's parameters."""
        text = content_type.decode("latin-1")
        media = media_of(self._body.media.values(), text)
        if media is None:
            raise self._unsupported(text)
        kind, parameters = parse_media_type(text)
        return self._reader(media, kind), parameters

    def _reader(self, media: MediaType, kind: str) -> BodyReader:
        """Return the reader of a media type; that of a range depends on the type that was sent."""
        if "*" not in media.type:
            kind = media.type
        elif "*" in kind:
            kind = _RANGES.get(kind, kind)
        key = media.name, kind
        reader = self._readers.get(key)
        if reader is None:
            reader = BodyReader(self._schemas, media, kind)
            if len(self._readers) < _MOST_READERS:
                self._readers[key] = reader
        return reader

    def _unsupported(self, content_type: str) -> Problem:
        sent = repr(content_type) if content_type else "absent"
        message = f"Content-Type is {sent}; send {' or '.join(self._body.media)}"
        return header_problem(415, "Content-Type", message, "UNSUPPORTED_MEDIA_TYPE")
