"""Exchanges as others read them: HAR 1.2 (the HTTP Archive format) and command lines of curl."""

from __future__ import annotations

import http.client
import shlex
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from understudy.clock import rfc3339
from understudy.exchange import Exchange, Request
from understudy.version import VERSION

#: What stands in the place of a credential.
REDACTED = "***"

#: Tells which headers and query parameters carry credentials, by their names in lower case.
IsSecret = Callable[[bytes], bool]


def har(exchanges: Iterable[Exchange], is_secret: IsSecret) -> dict[str, Any]:
    """The exchanges, oldest first, as one archive."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "understudy", "version": VERSION},
            "entries": [_entry(exchange, is_secret) for exchange in exchanges],
        }
    }


def _entry(exchange: Exchange, is_secret: IsSecret) -> dict[str, Any]:
    request, reply = exchange.request, exchange.reply
    kind = (reply.media_type or b"").decode("latin-1")
    took = exchange.took / 1000
    return {
        "startedDateTime": rfc3339(exchange.at),
        "time": took,
        "request": _request(request, is_secret),
        "response": {
            "status": reply.status,
            "statusText": http.client.responses.get(reply.status, ""),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": name.decode("latin-1"), "value": value.decode("latin-1")}
                for name, value in reply.headers
            ],
            "content": {
                "size": len(reply.body),
                "mimeType": kind,
                "text": reply.body.decode(errors="replace"),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(reply.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _request(request: Request, is_secret: IsSecret) -> dict[str, Any]:
    told: dict[str, Any] = {
        "method": request.method,
        "url": url_of(request, is_secret),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": n, "value": v} for n, v in headers_of(request, is_secret).items()],
        "queryString": [
            {"name": name, "value": REDACTED if is_secret(name.lower().encode()) else value}
            for name, value in parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        told["postData"] = {
            "mimeType": request.headers.get(b"content-type", b"").decode("latin-1"),
            "text": request.body.decode(errors="replace"),
        }
    return told


def curl(exchange: Exchange, is_secret: IsSecret) -> str:
    """A command line that sends the request again, but for its credentials."""
    request = exchange.request
    words = ["curl", "-X", request.method, url_of(request, is_secret)]
    for name, value in headers_of(request, is_secret).items():
        if name not in ("host", "content-length", "accept-encoding", "connection"):
            words += ["-H", f"{name}: {value}"]
    if request.body:
        words += ["--data-binary", request.body.decode(errors="replace")]
    return shlex.join(words)


def headers_of(request: Request, is_secret: IsSecret) -> dict[str, str]:
    """The headers by their names in lower case, credentials redacted."""
    return {
        name.decode("latin-1"): REDACTED if is_secret(name) else value.decode("latin-1")
        for name, value in request.headers.items()
    }


def query_of(request: Request, is_secret: IsSecret) -> str:
    """The query, undecoded, credentials redacted."""
    fields = (field.partition(b"=") for field in request.query.split(b"&"))
    return b"&".join(
        name + sign + (REDACTED.encode() if is_secret(name.lower()) else value)
        for name, sign, value in fields
    ).decode("latin-1")


def url_of(request: Request, is_secret: IsSecret) -> str:
    """The address that the request was sent to, without its namespace."""
    host = request.headers.get(b"host", b"localhost").decode("latin-1")
    query = query_of(request, is_secret)
    return f"http://{host}{request.path.decode('latin-1')}" + (f"?{query}" if query else "")
