"""Writes objects as forms, urlencoded or multipart, and lists as multipart bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from understudy.http import json_codec
from understudy.openapi.operation import is_json

URLENCODED = "application/x-www-form-urlencoded"

#: The same for every body: what is sent shall be the same for the same seed.
BOUNDARY = "understudy-boundary"


def is_form(kind: str) -> bool:
    """Return whether bodies of a media type are forms, or multipart."""
    return kind == URLENCODED or kind.startswith("multipart/")


def encode_form(kind: str, definition: Mapping[str, Any], value: Any) -> bytes:
    """Return an object or a list as a form of this media type, of which `definition` has the
    encoding."""
    if kind == URLENCODED:
        pairs = value.items() if isinstance(value, dict) else ()
        encoding = definition.get("encoding", {})
        return urlencode(
            [
                field
                for name, part in pairs
                for field in _fields(name, part, encoding.get(name, {}).get("style"))
            ]
        ).encode()
    if isinstance(value, dict):
        return _multipart(value, definition.get("encoding", {}))
    prefix, rest = definition.get("prefixEncoding", []), definition.get("itemEncoding", {})
    lines: list[bytes] = []
    for number, item in enumerate(_items(value)):
        encoding = prefix[number] if number < len(prefix) else rest
        kind = encoding.get("contentType", "").partition(",")[0] or _part_type(item)
        content = json_codec.encode(item) if is_json(kind) else _content(item)
        head = f"Content-Type: {kind or 'text/plain'}"
        lines += [f"--{BOUNDARY}".encode(), head.encode(), b"", content]
    return _closed(lines)


def text_of(value: Any) -> str:
    """Return a value as a text: a list with commas, another structure as JSON."""
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else json_codec.encode(value).decode()


def _fields(name: str, value: Any, style: str | None) -> Iterator[tuple[str, str]]:
    """Yield the fields of a form that a value is, with brackets if it is a deepObject."""
    if style == "deepObject" and isinstance(value, dict):
        for key, item in value.items():
            yield from _fields(f"{name}[{key}]", item, style)
    elif style == "deepObject" and isinstance(value, list):
        for number, item in enumerate(value):
            step = number if isinstance(item, dict | list) else ""
            yield from _fields(f"{name}[{step}]", item, style)
    else:
        yield from ((name, text_of(item)) for item in _items(value))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _multipart(value: Mapping[str, Any], encoding: Mapping[str, Any]) -> bytes:
    """Return the parts of a form; a list is a part an item, and an object is JSON."""
    lines: list[bytes] = []
    for name, field in value.items():
        declared = encoding.get(name, {}).get("contentType", "").partition(",")[0]
        for item in _items(field):
            kind = declared or _part_type(item)
            quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            head = f'Content-Disposition: form-data; name="{quoted}"'
            head += f'; filename="{quoted}"' if isinstance(item, bytes) else ""
            head += f"\r\nContent-Type: {kind}" if kind else ""
            lines += [f"--{BOUNDARY}".encode(), head.encode(), b"", _content(item)]
    return _closed(lines)


def _content(item: Any) -> bytes:
    return item if isinstance(item, bytes) else text_of(item).encode()


def _closed(lines: list[bytes]) -> bytes:
    return b"\r\n".join([*lines, f"--{BOUNDARY}--".encode(), b""])


def _part_type(item: Any) -> str:
    if isinstance(item, bytes):
        return "application/octet-stream"
    return "application/json" if isinstance(item, dict) else ""
