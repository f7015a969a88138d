"""Reader of Pact files, versions 2 to 4: what a client expects of a server, as examples.

The matchers beside an example define other values that would match. The example itself is one of
them, and only the example is validated.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from understudy.http.messages import Exchange, Request, Response
from understudy.recordings.recording import (
    body_bytes,
    build_exchange,
    build_request,
)

_JSON = "application/json"

#: The fields of an object that wraps a body, as version 4 has it.
_BODY_FIELDS = frozenset({"content", "contentType", "contentTypeHint", "encoded"})


def is_pact(document: Any) -> bool:
    """Return whether a parsed file is a Pact file."""
    if not isinstance(document, dict) or not ("consumer" in document and "provider" in document):
        return False
    return isinstance(document.get("interactions", document.get("messages")), list)


def entries(document: Any) -> list[Any]:
    """Return the interactions and messages of a Pact file."""
    return [*document.get("interactions", ()), *document.get("messages", ())]


def parse_entry(entry: Any) -> Exchange | str:
    """Return the exchange of an interaction, or the reason why it has none.

    Raises KeyError, TypeError or ValueError for a malformed interaction.
    """
    kind = entry.get("type", "Synchronous/HTTP")
    if kind != "Synchronous/HTTP" or "request" not in entry:
        return "is a message, not HTTP"
    response_entry = entry.get("response") or {}
    headers, body = _message(response_entry)
    response = Response.received(int(response_entry.get("status", 200)), headers, body)
    name = str(entry.get("description", ""))
    return build_exchange(_request(entry["request"]), response, name=name)


def _request(entry: Any) -> Request:
    headers, body = _message(entry)
    query = entry.get("query") or ""
    if isinstance(query, dict):
        query = urlencode(query, doseq=True)
    path = entry.get("path") or "/"
    url = f"{path}?{query}" if query else path
    request, _ = build_request(url, entry.get("method") or "GET", headers, body)
    return request


def _message(message: Any) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers and the body. Without a Content-Type, a body that can be JSON is JSON."""
    headers = list(_headers(message))
    media_type, body = _body(message.get("body"), dict(headers).get("content-type", ""))
    if body and media_type and not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", media_type))
    return headers, body


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    for name, value in (message.get("headers") or {}).items():
        yield name.lower(), ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _body(body: Any, media_type: str) -> tuple[str, bytes]:
    """Return the media type and the bytes of a body."""
    if isinstance(body, dict) and "content" in body and set(body) <= _BODY_FIELDS:
        media_type = body.get("contentType") or media_type
        coding = body.get("encoded")
        if coding and str(coding).lower() != "json":
            return media_type, b64decode(body["content"])
        body = body["content"]
    if body is None:
        return media_type, b""
    if not isinstance(body, str):
        return media_type or _JSON, json.dumps(body).encode()
    if "json" in media_type and not _is_json(body):
        return media_type, json.dumps(body).encode()
    return media_type or (_JSON if _is_json(body) else "text/plain"), body_bytes(body)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
