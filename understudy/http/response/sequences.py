"""Media types that are a sequence of items: server-sent events and lines of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from understudy.http import json_codec
from understudy.openapi.operation import EVENT_STREAM, JSON_LINES


def encode_sequence(media_type: str, value: Any) -> bytes:
    """Return the items of a list, or a value that is one item, as the media type has them.

    A text stays as it is: it is such a sequence already.
    """
    if isinstance(value, str):
        return value.encode()
    items: Iterable[Any] = value if isinstance(value, list) else [value]
    return b"".join(map(_writer(media_type), items))


def _writer(media_type: str) -> Callable[[Any], bytes]:
    if media_type == EVENT_STREAM:
        return _event
    return _line if media_type in JSON_LINES else _record


def _line(item: Any) -> bytes:
    return json_codec.encode(item) + b"\n"


def _record(item: Any) -> bytes:
    return b"\x1e" + json_codec.encode(item) + b"\n"


def _event(item: Any) -> bytes:
    """Return a server-sent event. An object has the fields of an event; another value, or an object
    without them, is its data as JSON."""
    if not isinstance(item, dict) or not item.keys() & {"data", "event", "id", "retry", "comment"}:
        item = {"data": item}
    lines: list[str] = []
    for name, value in item.items():
        text = value if isinstance(value, str) else json_codec.encode(value).decode()
        field = "" if name == "comment" else name
        lines += [f"{field}: {line}\n" for line in text.split("\n")]
    return "".join([*lines, "\n"]).encode()
