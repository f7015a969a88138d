"""Reads bodies of one media type: decodes them, and validates what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from understudy.errors import Violation
from understudy.http import json_codec
from understudy.http.body.charsets import as_utf8, decode_text
from understudy.http.body.sequences import is_sequence, items
from understudy.http.parameters.text_converter import (
    TextConverter,
    additional_schema,
    json_or_text,
    named_properties,
)
from understudy.openapi.document import Document
from understudy.openapi.operation import MediaType, is_json
from understudy.openapi.schemas.schema import item_schema, parts, types
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.schema_validator import MOST_VIOLATIONS, SchemaValidator

#: Returns the value of a body, by the parameters of its Content-Type. Raises Invalid, or Problem
#: 415.
Decoder = Callable[[Mapping[str, str], bytes], Any]

_FORM = "application/x-www-form-urlencoded"


class BodyReader:
    """Reads the bodies of one media type; `kind` is the type that they have, if the declared one is
    a range such as `*/*`."""

    def __init__(self, schemas: SchemaRegistry, media: MediaType, kind: str) -> None:
        self.media = media
        document = schemas.document
        self.is_json = is_json(kind)
        schema = media.definition.get("schema", {})
        self.read = _decoder(schemas, media, kind)
        self._measures = False
        self._is_sequence = is_sequence(kind)
        self._validator = media.validator
        self._holds_bytes = kind.startswith("multipart/") or self.read is _raw
        if self._holds_bytes:
            self._measures = _limits_length(document, schema)
        if media.validator is not None and not _applies(document, schema, kind, self.read):
            self._validator = None
        if self._is_sequence and "array" not in types(document, schema):
            self._validator = None  # written before there was `itemSchema`: it is that of an item
        self._item_validator = media.item_validator or (
            media.validator if self._is_sequence and self._validator is None else None
        )

    def violations(self, value: Any) -> list[Violation]:
        """Return the violations of the schema by a value that was read; empty if it is valid."""
        if self._holds_bytes:
            value = _without_bytes(value, self._measures)
        violations: list[Violation] = []
        validator = self._validator
        if validator is not None and not validator.accepts(value):
            violations += validator.violations(value)
        if self._item_validator is not None and isinstance(value, list):
            violations += _of_items(self._item_validator, value)
        return violations


def _of_items(validator: SchemaValidator, values: list[Any]) -> list[Violation]:
    """Return the violations of items, up to a number."""
    violations: list[Violation] = []
    for number, item in enumerate(values):
        if not validator.accepts(item):
            violations += validator.violations(item, f"/{number}")
        if len(violations) >= MOST_VIOLATIONS:
            break
    return violations


def _decoder(schemas: SchemaRegistry, media: MediaType, kind: str) -> Decoder:
    """Return the decoder of a type; the modules of rare types are imported at their first use."""
    schema = media.definition.get("schema", {})
    if is_sequence(kind):
        return partial(_sequence, kind)
    if is_json(kind):
        return _json
    if kind == _FORM:
        from understudy.http.body.form_reader import FormReader

        return FormReader(schemas, media.definition).read
    if kind.startswith("multipart/"):
        from understudy.http.body.multipart_reader import MultipartReader

        return MultipartReader(schemas, media.definition, kind).read
    if is_xml(kind) and "schema" in media.definition:
        from understudy.http.body.xml_reader import XmlReader

        return XmlReader(schemas, schema).read
    if kind.startswith("text/"):
        return partial(_text, TextConverter(schemas, schema))
    return _raw


def is_xml(kind: str) -> bool:
    """Return whether a media type is XML by its name."""
    return kind in ("application/xml", "text/xml") or kind.endswith("+xml")


def _json(parameters: Mapping[str, str], body: bytes) -> Any:
    return json_codec.decode(as_utf8(body, parameters))


def _text(converter: TextConverter, parameters: Mapping[str, str], body: bytes) -> Any:
    """Return a text in the type of its schema; for an array or an object it may be JSON."""
    text = decode_text(body, parameters)
    return converter.convert(text) if converter.takes_text else json_or_text(text)


def _sequence(kind: str, parameters: Mapping[str, str], body: bytes) -> list[Any]:
    return items(kind, as_utf8(body, parameters))


def _raw(parameters: Mapping[str, str], body: bytes) -> bytes:
    return body


def _limits_length(document: Document, schema: Any) -> bool:
    """Return whether a schema limits the length of texts where a body can have bytes: of itself, of
    its properties, or of their items."""
    named = [*named_properties(document, schema).values(), additional_schema(document, schema)]
    items = [item_schema(document, each) for each in [schema, *named]]
    held = [part for each in [schema, *named, *items] for part in parts(document, each)]
    return any({"minLength", "maxLength"} & part.keys() for part in held)


def _applies(document: Document, schema: Any, kind: str, decoder: Decoder) -> bool:
    """Return whether a schema can be applied to the bodies of a type: one of an object or a list
    says nothing about bytes, or about text that is not JSON."""
    if decoder is not _raw and not kind.startswith("text/"):
        return True
    if is_xml(kind) or is_json(kind) or is_sequence(kind) or kind == "text/plain":
        return True
    named = types(document, schema)
    return not named or bool({"string", "integer", "number", "boolean"} & set(named))


def _without_bytes(value: Any, measures: bool) -> Any:
    """Return a value with texts in place of bytes, which a schema can validate: as long as they if
    the schema limits the length, else empty."""
    if isinstance(value, dict):
        return {name: _without_bytes(item, measures) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_bytes(item, measures) for item in value]
    if isinstance(value, bytes):
        return "?" * len(value) if measures else ""
    return value
