"""Responses reduced to what must be equal: values that differ from run to run become a word."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

#: What differs from run to run within a text, and the word that takes its place.
_REPLACEMENTS = (
    (
        re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE),
        "<uuid>",
    ),
    (re.compile(r"[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<time>"),
    (re.compile(r"\d{13}-\d{1,9}\b"), "<file>"),
    (re.compile(r"\b(Channel|User-|session-)\s?[0-9a-f]{8}\b"), r"\1<id>"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d [AP]M"), "<date>"),
)

#: Fields that depend on the time or on the server's process.
_VARIABLE_FIELDS = frozenset({"timeRemaining", "uptime", "stack", "duration", "durationMs"})

#: Numbers above this one (2001-09-09 in Unix milliseconds) are times.
_EARLIEST_TIME = 1_000_000_000_000


#: Headers that say how, when and how often a server answers; the tags of contents with identifiers
#: and times are always others.
_OF_TRANSPORT = (
    "connection",
    "content-length",
    "date",
    "etag",
    "keep-alive",
    "server",
    "ratelimit",
)


def normalized_response(
    response: httpx.Response, *, status_only: bool, shape_only: bool, with_headers: bool = False
) -> dict[str, Any]:
    """Return the status, media type and normalized content of a response, and its headers."""
    media_type = response.headers.get("content-type", "").partition(";")[0]
    result: dict[str, Any] = {"status": response.status_code, "type": media_type}
    if with_headers:
        named = response.headers.items()
        left_out = (*_OF_TRANSPORT, "x-understudy-")
        result["headers"] = {name: v for name, v in named if not name.startswith(left_out)}
    if status_only:
        return result
    if media_type == "application/json":
        body = normalized(response.json())
        result["body"] = shape_of(body) if shape_only else body
    elif media_type == "text/event-stream":
        result["events"] = _events(response.text)
    elif media_type.startswith("text/"):
        result["text"] = _normalized_text(response.text)
    return result


def normalized(value: Any, field: str = "") -> Any:
    """Return a JSON value, of that field of an object, with words for what differs."""
    if isinstance(value, dict):
        return {_normalized_text(name): normalized(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [normalized(item) for item in value]
    if field in _VARIABLE_FIELDS and value is not None:
        return f"<{field}>"
    if isinstance(value, str):
        return _normalized_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value > _EARLIEST_TIME:
        return "<milliseconds>"
    return value


def shape_of(value: Any) -> Any:
    """Return a JSON value with the names of types for values; of a list, the first item."""
    if isinstance(value, dict):
        return {name: shape_of(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return type(value).__name__


def _events(text: str) -> list[list[Any]]:
    """Return the names and shapes of server-sent events; how many chunks there are may differ."""
    events = re.findall(r"^event: (.*)\ndata: (.*)$", text, re.MULTILINE)
    return [
        [name, shape_of(normalized(json.loads(data)))] for name, data in events if name != "chunk"
    ]


def _normalized_text(text: str) -> str:
    for pattern, word in _REPLACEMENTS:
        text = pattern.sub(word, text)
    return text
