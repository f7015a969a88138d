"""Encodes values as one media type of a response."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from werkzeug.http import parse_options_header

from understudy.http import json_codec
from understudy.http.response.form_writer import BOUNDARY, encode_form, is_form
from understudy.http.response.sequences import encode_sequence
from understudy.http.response.write_only import has_write_only, without_write_only
from understudy.openapi.operation import MediaType


class MediaEncoder:
    """Encodes the values of one media type; compiled once.

    `content_type` is the header: the media type as the document writes it, and the charset of a
    text if that has none.
    """

    __slots__ = (
        *("_schema", "accepts", "content_type", "encode", "has_write_only", "media", "validator"),
    )

    def __init__(self, media: MediaType) -> None:
        self.media = media
        self.validator = media.validator
        self._schema = media.definition.get("schema", media.definition.get("itemSchema"))
        self.has_write_only = has_write_only(media.document, self._schema)
        charset = parse_options_header(media.content_type)[1].get("charset", "")
        header = "".join(c if c.isprintable() else " " for c in media.content_type).strip()
        if media.type.startswith("multipart/"):
            header = f"{media.type}; boundary={BOUNDARY}"
        if media.type.startswith("text/") and not charset and not media.is_sequential:
            header += "; charset=utf-8"
        self.content_type = header.encode()
        #: Returns the bytes of a value. Bytes stay as they are.
        self.encode = _encoder(media, self._schema, _known_charset(charset))
        #: Returns whether the contract allows a value.
        self.accepts: Callable[[Any], bool] = self._accepts
        if media.is_json:
            self.accepts = media.validator.accepts if media.validator else lambda _value: True

    def prepare(self, value: Any) -> Any:
        """Return a value without its `writeOnly` properties."""
        if not self.has_write_only:
            return value
        if isinstance(value, list) and "schema" not in self.media.definition:
            return [without_write_only(self.media.document, self._schema, item) for item in value]
        return without_write_only(self.media.document, self._schema, value)

    def _accepts(self, value: Any) -> bool:
        """Bytes, and what is written as XML or as a sequence already, are not looked at."""
        if self.validator is None or type(value) is bytes:
            return True
        if type(value) is str and (self.media.is_xml or self.media.is_sequential):
            return True
        return self.validator.accepts(value)

    def can_encode(self, value: Any) -> bool:
        """Return whether a value can be written as this media type, and is valid: objects and lists
        cannot as plain text, bytes not as JSON."""
        media = self.media
        is_structured = media.is_json or media.is_xml or media.is_sequential
        if isinstance(value, dict | list):
            is_structured = is_structured or is_form(media.type)
        if (isinstance(value, dict | list) or value is None) and not is_structured:
            return False
        return not (media.is_json and type(value) is bytes) and self.accepts(value)


def _encoder(media: MediaType, schema: Any, charset: str) -> Callable[[Any], bytes]:
    if media.is_json:
        return json_codec.encode

    def encode(value: Any) -> bytes:
        if isinstance(value, bytes):
            return value
        if media.is_sequential:
            return encode_sequence(media.type, value)
        if isinstance(value, dict | list) and is_form(media.type):
            return encode_form(media.type, media.definition, value)
        if media.is_xml:
            from understudy.http.response.xml_writer import encode_xml  # at its first use

            return encode_xml(media.document, schema, value, charset)
        text = value if isinstance(value, str) else json_codec.encode(value).decode()
        return text.encode(charset, "replace")

    return encode


def _known_charset(name: str) -> str:
    try:
        return codecs.lookup(name or "utf-8").name
    except LookupError:
        return "utf-8"
