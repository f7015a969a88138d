"""Pact files, versions 2 to 4: what a client expects of a server, as examples.

The matchers beside an example say which other values would do; the example itself is one of them,
and is what is judged.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from understudy.conformance.traffic.recording import Recorded, as_bytes, reply_of, request_to
from understudy.http.messages import Request

_JSON = "application/json"


def is_pact(told: Any) -> bool:
    """Whether this is a Pact."""
    if not isinstance(told, dict) or not ("consumer" in told and "provider" in told):
        return False
    return isinstance(told.get("interactions", told.get("messages")), list)


def entries(told: Any) -> list[Any]:
    """What the client expects."""
    return [*told.get("interactions", ()), *told.get("messages", ())]


def exchange_of(entry: Any) -> Recorded | str:
    """An interaction as an exchange, or why it is none. Raises KeyError, TypeError, ValueError."""
    kind = entry.get("type", "Synchronous/HTTP")
    if kind != "Synchronous/HTTP" or "request" not in entry:
        return "is a message, no HTTP"
    asked, answered = entry["request"], entry.get("response") or {}
    request = _request(asked)
    headers, body = _message(answered)
    response = reply_of(int(answered.get("status", 200)), headers, body)
    return Recorded(request, response, name=str(entry.get("description", "")))


def _request(asked: Any) -> Request:
    headers, body = _message(asked)
    query = asked.get("query") or ""
    if isinstance(query, dict):
        query = urlencode(query, doseq=True)
    url = asked.get("path") or "/"
    request, _ = request_to(
        f"{url}?{query}" if query else url, asked.get("method") or "GET", headers, body
    )
    return request


def _message(message: Any) -> tuple[list[tuple[str, str]], bytes]:
    """The headers and the body. Where nobody says what the body is, it is JSON if it can be."""
    headers = list(_headers(message))
    kind, body = _body(message.get("body"), dict(headers).get("content-type", ""))
    if body and kind and not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", kind))
    return headers, body


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    for name, value in (message.get("headers") or {}).items():
        yield name.lower(), ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _body(told: Any, kind: str) -> tuple[str, bytes]:
    if isinstance(told, dict) and "content" in told and set(told) <= _OF_VERSION_4:
        kind = told.get("contentType") or kind
        coding = told.get("encoded")
        if coding and str(coding).lower() != "json":
            return kind, b64decode(told["content"])
        told = told["content"]
    if told is None:
        return kind, b""
    if not isinstance(told, str):
        return kind or _JSON, json.dumps(told).encode()
    if "json" in kind and not _is_json(told):
        return kind, json.dumps(told).encode()
    return kind or (_JSON if _is_json(told) else "text/plain"), as_bytes(told)


#: What an object has that says of which kind a body is.
_OF_VERSION_4 = frozenset({"content", "contentType", "contentTypeHint", "encoded"})


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
