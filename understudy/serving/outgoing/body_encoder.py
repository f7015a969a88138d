"""Encodes the bodies of callbacks and webhooks by their media type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from understudy.http import json_codec
from understudy.http.response.media_encoder import MediaEncoder
from understudy.openapi.operation import MediaType

_FORM = "application/x-www-form-urlencoded"

#: The same for every body: what is sent shall be the same for the same seed.
_BOUNDARY = "understudy-boundary"


def encode_body(media: MediaType, value: Any) -> tuple[str, bytes]:
    """Return the content type and the bytes of a body of this media type; of a range such as `*/*`
    it is JSON."""
    if "*" in media.type:
        return "application/json", json_codec.encode(value)
    if media.type == _FORM and isinstance(value, dict):
        fields = [(name, text_of(item)) for name, part in value.items() for item in _items(part)]
        return media.type, urlencode(fields).encode()
    if media.type.startswith("multipart/") and isinstance(value, dict):
        kind = f"{media.type}; boundary={_BOUNDARY}"
        return kind, _multipart(value, media.definition.get("encoding", {}))
    encoder = MediaEncoder(media)
    return encoder.content_type.decode(), encoder.encode(value)


def text_of(value: Any) -> str:
    """Return a value as a text: a list with commas, another structure as JSON."""
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else json_codec.encode(value).decode()


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
            content = item if isinstance(item, bytes) else text_of(item).encode()
            lines += [f"--{_BOUNDARY}".encode(), head.encode(), b"", content]
    return b"\r\n".join([*lines, f"--{_BOUNDARY}--".encode(), b""])


def _part_type(item: Any) -> str:
    if isinstance(item, bytes):
        return "application/octet-stream"
    return "application/json" if isinstance(item, dict) else ""
