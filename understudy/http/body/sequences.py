"""Splits bodies that are sequences of items: JSON lines, JSON text sequences, and server-sent
events."""

from __future__ import annotations

import re
from typing import Any

from understudy.errors import Invalid, Problem, Violation
from understudy.http import json_codec
from understudy.openapi.operation import EVENT_STREAM, JSON_LINES

#: The byte before each item of a JSON text sequence (RFC 7464).
_RECORD_SEPARATOR = b"\x1e"

#: Items that are read of one body.
MOST_ITEMS = 100_000

_LINE_END = re.compile(r"\r\n|\n|\r")


def items(kind: str, body: bytes) -> list[Any]:
    """Return the items of a body in UTF-8. Raises Invalid for the first that is not JSON."""
    if kind == EVENT_STREAM:
        return _events(body.decode(errors="replace"))
    divider = b"\n" if kind in JSON_LINES else _RECORD_SEPARATOR
    if body.count(divider) > MOST_ITEMS:
        raise Invalid([Violation("body", "", f"has more than {MOST_ITEMS} items")])
    decoded: list[Any] = []
    for text in body.split(divider):
        if text.strip():
            try:
                decoded.append(json_codec.decode(text))
            except Problem as problem:
                message = problem.violations[0].message
                raise Invalid([Violation("body", f"/{len(decoded)}", message)]) from None
    return decoded


def _events(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream: `data`, `event` and `id` are texts, `retry` is a number."""
    events: list[dict[str, Any]] = []
    fields: dict[str, Any] = {}
    data: list[str] = []
    for line in [*_LINE_END.split(text), ""]:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name in ("event", "id"):
            fields[name] = value
        elif name == "retry" and value.isdecimal() and len(value) < 16:
            fields["retry"] = int(value)
        elif not line and (fields or data):
            events.append({**fields, "data": "\n".join(data)} if data else fields)
            fields, data = {}, []
            if len(events) > MOST_ITEMS:
                raise Invalid([Violation("body", "", f"has more than {MOST_ITEMS} items")])
    return events
