"""Reads multipart bodies by their schema and `encoding`: fields, files, and parts that are JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.errors import Invalid, Problem, Violation
from understudy.http import json_codec
from understudy.http.body.media_types import is_within
from understudy.http.body.multipart import Part, boundary_of, form_parts, plain_parts
from understudy.http.messages import Upload
from understudy.http.parameters.styles import Malformed, splitter
from understudy.http.parameters.text_converter import TextConverter
from understudy.openapi.document import escape, resolve
from understudy.openapi.operation import is_json
from understudy.openapi.operation_reader import parse_media_type
from understudy.openapi.schemas.schema_registry import SchemaRegistry

_FORM = "multipart/form-data"


class MultipartReader:
    """Reads the multipart bodies of one media type; compiled at first use.

    A form is an object of its parts by name; a property that is a list has all parts of its name.
    Any other multipart body is a list of its parts; an object if its parts have names and its
    schema is one of an object.
    """

    def __init__(self, schemas: SchemaRegistry, definition: Mapping[str, Any], kind: str) -> None:
        self._document = schemas.document
        self._converter = TextConverter(schemas, definition.get("schema", {}))
        self._encoding: Mapping[str, Any] = definition.get("encoding", {})
        self._prefix: list[Any] = definition.get("prefixEncoding", [])
        self._rest: Any = definition.get("itemEncoding", {})
        self._is_form = kind == _FORM
        self._is_object = self._converter.is_typed and self._converter.types[0] == "object"

    def read(self, parameters: Mapping[str, str], body: bytes) -> Any:
        """Return the value of a body. Raises Invalid, or Problem 415."""
        boundary = boundary_of(parameters)
        if self._is_form:
            return self._form(form_parts(boundary, body))
        parts = plain_parts(boundary, body)
        if self._is_object and all(part.name for part in parts):
            return self._form(parts)
        return self._list(parts)

    def _form(self, parts: list[Part]) -> dict[str, Any]:
        named: dict[str, list[Part]] = {}
        for part in parts:
            named.setdefault(str(part.name), []).append(part)
        value: dict[str, Any] = {}
        violations: list[Violation] = []
        for name, given in named.items():
            try:
                value[name] = self._property(name, given)
            except Malformed as error:
                violations.append(Violation("body", f"/{escape(name)}", str(error)))
        if violations:
            raise Invalid(violations)
        return value

    def _list(self, parts: list[Part]) -> list[Any]:
        values: list[Any] = []
        violations: list[Violation] = []
        for number, part in enumerate(parts):
            encoding = self._prefix[number] if number < len(self._prefix) else self._rest
            try:
                values.append(self._part(part, self._converter.item(number), encoding))
            except Malformed as error:
                violations.append(Violation("body", f"/{number}", str(error)))
        if violations:
            raise Invalid(violations)
        return values

    def _property(self, name: str, parts: list[Part]) -> Any:
        converter = self._converter.field(name)
        encoding = self._encoding.get(name, {})
        if "array" not in converter.types:
            if len(parts) == 1:
                return self._part(parts[0], converter, encoding)
            if name in self._converter.named:
                raise Malformed(f"is given {len(parts)} times")
        elif len(parts) == 1:
            if encoding.get("explode") is False and parts[0].filename is None:
                split = splitter(encoding.get("style", "form"), False, "array", name)
                return converter.convert(split(parts[0].text, str))
            if self._is_whole_list(parts[0], converter, encoding):
                return self._part(parts[0], converter, encoding)
            if converter.types[0] != "array":  # a single value as well as a list of them
                return self._part(parts[0], converter, encoding)
        items = converter if "array" not in converter.types else None
        return [
            self._part(part, items or converter.item(number), encoding)
            for number, part in enumerate(parts)
        ]

    def _is_whole_list(
        self, part: Part, converter: TextConverter, encoding: Mapping[str, Any]
    ) -> bool:
        """Return whether a part is a list in JSON, and not an item of one."""
        kind = part.media_type or _first_type(encoding)
        if not is_json(kind) and (kind or converter.item(0).takes_text):
            return False
        return part.body.lstrip().startswith(b"[")

    def _part(self, part: Part, converter: TextConverter, encoding: Mapping[str, Any]) -> Any:
        """Return the value of one part: by its media type, else by that of the encoding, else by
        its schema. Raises Malformed, or Problem 415."""
        self._check(part, encoding)
        kind = part.media_type or _first_type(encoding)
        is_text = converter.takes_text
        if is_json(kind) and not (is_text and part.filename is not None):
            return _decode_json(part, converter)
        if part.filename is not None and is_text:
            return Upload(part.body, part.filename, part.media_type)
        is_structure = not {"object", "array"}.isdisjoint(converter.types)
        if not kind and part.filename is None and is_structure and converter.is_typed:
            return _decode_json(part, converter)
        if not is_text and kind in ("", "text/plain", "application/octet-stream"):
            return _decode_json(part, converter)
        if part.filename is not None or _is_binary(part):
            return Upload(part.body, part.filename or "", part.media_type)
        try:
            return converter.convert(part.text)
        except Invalid as error:
            raise Malformed(error.violations[0].message) from None

    def _check(self, part: Part, encoding: Mapping[str, Any]) -> None:
        """Raise Malformed if a part has another type than its encoding says, or lacks a header."""
        wanted = [kind.strip() for kind in str(encoding.get("contentType", "")).split(",")]
        kind = part.media_type
        if wanted != [""] and kind and not any(is_within(kind, each) for each in wanted):
            raise Malformed(f"its Content-Type is {kind!r}; send {' or '.join(wanted)}")
        for name, header in encoding.get("headers", {}).items():
            required = (resolve(self._document, header) or {}).get("required")
            if required and name.lower() not in part.headers and name.lower() != "content-type":
                raise Malformed(f"its header {name} is missing")


def _first_type(encoding: Mapping[str, Any]) -> str:
    """Return the media type of an encoding that names only one, else an empty text."""
    kind = parse_media_type(str(encoding.get("contentType", "")))[0]
    return "" if "*" in kind or "," in kind else kind


def _decode_json(part: Part, converter: TextConverter) -> Any:
    """Return a part as JSON; as text if it is none, and may be text. Raises Malformed."""
    try:
        value = json_codec.decode(part.body)
    except Problem as problem:
        if not converter.takes_text:
            raise Malformed(problem.violations[0].message) from None
        return converter.convert(part.text)
    kind = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else ""
    if not converter.is_typed or not converter.takes_text:
        return value
    if isinstance(value, str) or kind in converter.types:
        return value
    return converter.convert(part.text)


def _is_binary(part: Part) -> bool:
    """Return whether a part without a file name cannot be text."""
    if "charset" in part.headers.get("content-type", ""):
        return False
    try:
        part.body.decode()
    except UnicodeDecodeError:
        return True
    return False
