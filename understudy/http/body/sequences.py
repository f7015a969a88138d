"""Splits bodies that are sequences of items: JSON lines, JSON text sequences, and server-sent
events."""

from __future__ import annotations

import re
from typing import Any

from understudy.errors import Invalid, Problem, Violation
from understudy.http import json_codec

JSON_LINES = frozenset(
    {"application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"}
)
JSON_SEQUENCE = "application/json-seq"
EVENT_STREAM = "text/event-stream"

#: The byte before each item of a JSON text sequence (RFC 7464).
_RECORD_SEPARATOR = b"\x1e"

#: Items that are reported of one body.
_MOST_VIOLATIONS = 20

_LINE_END = re.compile(r"\r\n|\n|\r")


def is_sequence(kind: str) -> bool:
    """Return whether a media type is a sequence of items."""
    return kind in JSON_LINES or kind in (JSON_SEQUENCE, EVENT_STREAM) or kind.endswith("+json-seq")


def items(kind: str, body: bytes) -> list[Any]:
    """Return the items of a body in UTF-8. Raises Invalid with a violation for each that is not
    JSON."""
    if kind == EVENT_STREAM:
        return _events(body.decode(errors="replace"))
    divider = b"\n" if kind in JSON_LINES else _RECORD_SEPARATOR
    decoded: list[Any] = []
    violations: list[Violation] = []
    for text in body.split(divider):
        if not text.strip():
            continue
        number = len(decoded) + len(violations)
        try:
            decoded.append(json_codec.decode(text))
        except Problem as problem:
            violations.append(Violation("body", f"/{number}", problem.violations[0].message))
            if len(violations) == _MOST_VIOLATIONS:
                break
    if violations:
        raise Invalid(violations)
    return decoded


def _events(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream: `data`, `event` and `id` are texts, `retry` is a number."""
    events: list[dict[str, Any]] = []
    fields: dict[str, Any] = {}
    for line in [*_LINE_END.split(text), ""]:
        if not line:
            if fields:
                events.append(fields)
                fields = {}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data" and "data" in fields:
            fields["data"] += f"\n{value}"
        elif name in ("data", "event", "id"):
            fields[name] = value
        elif name == "retry" and value.isdecimal() and len(value) < 16:
            fields["retry"] = int(value)
    return events
