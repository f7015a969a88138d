"""Exchanges in a standard format: HAR 1.2 (HTTP Archive)."""

from __future__ import annotations

import http.client
from base64 import b64encode
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from understudy.http.messages import OUTGOING, Exchange, Headers, Response
from understudy.http.secrets import Secrets
from understudy.timestamps import rfc3339
from understudy.version import VERSION

_TYPE = b"content-type"


def har(exchanges: Iterable[Exchange], secrets: Secrets, root: str) -> dict[str, Any]:
    """Return the exchanges, oldest first, as an HTTP archive.

    `root` is the prefix of their URLs. If it has no origin, the header `host` says it.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "understudy", "version": VERSION},
            "entries": [har_entry(exchange, secrets, root) for exchange in exchanges],
        }
    }


def har_entry(exchange: Exchange, secrets: Secrets, root: str) -> dict[str, Any]:
    """Return an exchange as an entry of an archive; the sizes of unknown bodies are -1."""
    took = exchange.took / 1000
    return {
        "startedDateTime": rfc3339(exchange.at),
        "time": took,
        "request": _request(
            exchange, secrets, exchange.origin if exchange.direction == OUTGOING else root
        ),
        "response": _response(exchange, secrets),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _response(exchange: Exchange, secrets: Secrets) -> dict[str, Any]:
    response = exchange.response
    headers = secrets.response_headers(exchange.request, _headers(response))
    kind = (response.media_type or b"").decode("latin-1")
    is_missing = "response" in exchange.missing_bodies
    size = -1 if is_missing else len(response.sent)
    content = {} if is_missing else _text(secrets.response_body(exchange.request, response))
    return {
        "status": response.status,
        "statusText": http.client.responses.get(response.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers],
        "content": {"size": size, "mimeType": kind, **content},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": size,
        **_comment(exchange, "response"),
    }


def _comment(exchange: Exchange, side: str) -> dict[str, str]:
    """Return a comment that says why the body of a side is missing, if it is."""
    reason = exchange.missing_bodies.get(side)
    return {} if reason is None else {"comment": reason}


def _headers(response: Response) -> Headers:
    if not response.status:  # nothing was sent
        return []
    kind = [] if response.media_type is None else [(_TYPE, response.media_type)]
    return [*kind, *response.headers]


def response_headers(response: Response) -> dict[str, str]:
    """Return the headers of a response by their names in lower case; repeated ones are joined."""
    decoded = (tuple(part.decode("latin-1") for part in header) for header in _headers(response))
    return _joined(decoded)


def redacted_response_headers(exchange: Exchange, secrets: Secrets) -> dict[str, str]:
    """Return the same headers without credentials."""
    return _joined(secrets.response_headers(exchange.request, _headers(exchange.response)))


def _joined(headers: Iterable[tuple[str, ...]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), "encoding": "base64"}


def _request(exchange: Exchange, secrets: Secrets, root: str) -> dict[str, Any]:
    request = exchange.request
    entry: dict[str, Any] = {
        "method": request.method,
        "url": secrets.url(request, root),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": n, "value": v} for n, v in secrets.headers(request).items()],
        "queryString": [
            {"name": name, "value": secrets.parameter(name, value)}
            for name, value in parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": -1 if "request" in exchange.missing_bodies else len(request.body),
        **_comment(exchange, "request"),
    }
    if request.body:
        entry["postData"] = {
            "mimeType": request.headers.get(_TYPE, b"").decode("latin-1"),
            **_text(request.body),
        }
    return entry
