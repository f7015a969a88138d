"""Bodies of messages: of which media type they are, and which value that makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from math import isfinite
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.http import json_codec
from understudy.http.messages import Upload
from understudy.openapi.contract import MediaType

_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


def media_of(known: Mapping[bytes, MediaType], content_type: bytes) -> MediaType | None:
    """The media type that a header names, if it is known; parameters such as a charset do not
    count."""
    kind = content_type.split(b";")[0].strip().lower()
    for wanted in (kind, kind.split(b"/")[0] + b"/*", b"*/*"):
        if wanted in known and kind:
            return known[wanted]
    return None


def decode(media: MediaType, content_type: bytes, body: bytes) -> Any:
    """The value of a body by its media type. Raises Invalid where it is not of that type."""
    if media.is_json:
        return json_codec.decode(body)
    if media.type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = decode_form(content_type.decode("latin-1"), body)
        return {name: _convert_field(media.fields.get(name), v) for name, v in form.items()}
    if media.type.startswith("text/"):
        return body.decode(errors="replace")
    return body


def _convert_field(kind: str | None, value: Any) -> Any:
    """A form field, which is text or a file, as its schema says; one value may be a list of one."""
    if kind == "array":
        return value if isinstance(value, list) else [value]
    return convert(kind or "string", value) if isinstance(value, str) else value


def without_bytes(value: Any) -> Any:
    """What a schema can judge of a form or of bytes: files count as (empty) strings."""
    if isinstance(value, dict):
        return {name: without_bytes(v) for name, v in value.items()}
    return "" if isinstance(value, bytes) else value


def convert(kind: str, text: str) -> Any:
    """The text as `kind`; the text itself where it is none, for the validator to refuse."""
    return _CONVERT.get(kind, str)(text)


def _is_finite(text: str) -> bool:
    return isfinite(float(text))


_CONVERT: dict[str, Callable[[str], Any]] = {
    "integer": lambda text: int(text) if _INTEGER.fullmatch(text) else text,
    "number": lambda text: float(text) if _NUMBER.fullmatch(text) and _is_finite(text) else text,
    "boolean": lambda text: _BOOLEANS.get(text.lower(), text),
}


def decode_form(content_type: str, body: bytes) -> dict[str, Any]:
    """The fields of an urlencoded or multipart body; a field given twice is a list.

    What has no name, or one that cannot be read (`name="a\\"`, as some clients write it), is passed
    over like any field that nobody asks for. Raises Invalid where the body is not such a form.
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
