"""Decodes bodies by their media type: JSON, forms, text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from math import isfinite
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.http import json_codec
from understudy.http.messages import Upload
from understudy.openapi.operation import MediaType

_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


def media_of(known: Mapping[bytes, MediaType], content_type: bytes) -> MediaType | None:
    """Return the known media type that a header names; parameters such as a charset are
    ignored."""
    kind = content_type.split(b";")[0].strip().lower()
    for wanted in (kind, kind.split(b"/")[0] + b"/*", b"*/*"):
        if wanted in known and kind:
            return known[wanted]
    return None


def decode(media: MediaType, content_type: bytes, body: bytes) -> Any:
    """Return the value of a body by its media type. Raises Invalid if it is not of that type."""
    if media.is_json:
        return json_codec.decode(body)
    if media.type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = decode_form(content_type.decode("latin-1"), body)
        return {name: _convert_field(media.fields.get(name), v) for name, v in form.items()}
    if media.type.startswith("text/"):
        return body.decode(errors="replace")
    return body


def _convert_field(kind: str | None, value: Any) -> Any:
    """Return a form field, which is text or a file, in the type of its schema."""
    if kind == "array":
        return value if isinstance(value, list) else [value]
    return convert(kind or "string", value) if isinstance(value, str) else value


def without_bytes(value: Any) -> Any:
    """Return a value with bytes replaced by empty strings, which a schema can validate."""
    if isinstance(value, dict):
        return {name: without_bytes(v) for name, v in value.items()}
    return "" if isinstance(value, bytes) else value


def convert(kind: str, text: str) -> Any:
    """Return a text as the type `kind`, or unchanged if it is not one: the validator then reports
    it."""
    return _CONVERT.get(kind, str)(text)


def _is_finite(text: str) -> bool:
    return isfinite(float(text))


_CONVERT: dict[str, Callable[[str], Any]] = {
    "integer": lambda text: int(text) if _INTEGER.fullmatch(text) else text,
    "number": lambda text: float(text) if _NUMBER.fullmatch(text) and _is_finite(text) else text,
    "boolean": lambda text: _BOOLEANS.get(text.lower(), text),
}


def decode_form(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the fields of an urlencoded or multipart body; a field that comes twice is a list.

    A field without a name, or with one that cannot be read (some clients write `name="a\\"`), is
    ignored. Raises Invalid if the body is not such a form.
    """
    from werkzeug.formparser import FormDataParser
    from werkzeug.http import parse_options_header

    kind, options = parse_options_header(content_type)
    try:
        _, form, files = FormDataParser(silent=False).parse(BytesIO(body), kind, len(body), options)
    except ValueError as error:
        raise Invalid([Violation("body", "", f"not a {kind} body: {error}")]) from None
    fields: dict[str, Any] = {}
    for name, values in form.lists():
        fields[name] = values if len(values) > 1 else values[0]
    for name, file in files.items():
        fields[name] = Upload(file.read(), file.filename or "", file.mimetype)
        file.close()
    return {name: value for name, value in fields.items() if name is not None}
