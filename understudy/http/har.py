"""Exchanges in standard formats: HAR 1.2 (HTTP Archive) and curl commands."""

from __future__ import annotations

import http.client
import shlex
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from understudy.http.control_access import HEADER
from understudy.http.messages import OUTGOING, Exchange, Request, Response
from understudy.openapi.contract import Contract
from understudy.timestamps import rfc3339
from understudy.version import VERSION

#: Replaces a credential.
REDACTED = "***"

_TYPE = b"content-type"

#: Headers that carry credentials, whatever a contract says.
_SECRET = frozenset(
    {b"authorization", b"x-api-key", b"cookie", b"proxy-authorization", HEADER.lower().encode()}
)

#: Headers that curl sends by itself.
OF_CONNECTION = frozenset(
    {"host", "content-length", "transfer-encoding", "accept-encoding", "connection"}
)

#: Characters that curl expands in a URL.
_GLOB = frozenset("[]{}")

#: Whether a header or query parameter carries credentials, by its name in lower case.
IsSecret = Callable[[bytes], bool]


def secret_names(contracts: Iterable[Contract]) -> frozenset[bytes]:
    """Return the names, in lower case, of headers and query parameters with credentials."""
    schemes = [scheme for contract in contracts for scheme in contract.security_schemes.values()]
    return _SECRET.union(scheme.get("name", "").lower().encode() for scheme in schemes)


def har(exchanges: Iterable[Exchange], is_secret: IsSecret, root: str) -> dict[str, Any]:
    """Return the exchanges, oldest first, as an HTTP archive.

    `root` is the prefix of their URLs. If it has no origin, the header `host` says it.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "understudy", "version": VERSION},
            "entries": [_entry(exchange, is_secret, root) for exchange in exchanges],
        }
    }


def _entry(exchange: Exchange, is_secret: IsSecret, root: str) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    took = exchange.took / 1000
    return {
        "startedDateTime": rfc3339(exchange.at),
        "time": took,
        "request": _request(
            request, is_secret, exchange.origin if exchange.direction == OUTGOING else root
        ),
        "response": _response(response),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _response(response: Response) -> dict[str, Any]:
    kind = response.media_type or b""
    return {
        "status": response.status,
        "statusText": http.client.responses.get(response.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in _headers(response)],
        "content": {
            "size": len(response.sent),
            "mimeType": kind.decode("latin-1"),
            **_text(response),
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(response.sent),
    }


def _headers(response: Response) -> Iterator[tuple[str, str]]:
    if not response.status:  # nothing was sent
        return
    if response.media_type is not None:
        yield _TYPE.decode(), response.media_type.decode("latin-1")
    for name, value in response.headers:
        yield name.decode("latin-1"), value.decode("latin-1")


def response_headers(response: Response) -> dict[str, str]:
    """Return the headers of a response by their names in lower case; repeated ones are joined."""
    headers: dict[str, str] = {}
    for name, value in _headers(response):
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _text(response: Response) -> dict[str, str]:
    try:
        return {"text": response.sent.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(response.sent).decode(), "encoding": "base64"}


def _request(request: Request, is_secret: IsSecret, root: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "method": request.method,
        "url": redacted_url(request, is_secret, root),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [
            {"name": n, "value": v} for n, v in redacted_headers(request, is_secret).items()
        ],
        "queryString": [
            {"name": name, "value": REDACTED if is_secret(name.lower().encode()) else value}
            for name, value in parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        entry["postData"] = {
            "mimeType": request.headers.get(_TYPE, b"").decode("latin-1"),
            "text": request.body.decode(errors="replace"),
        }
    return entry


def curl(exchange: Exchange, is_secret: IsSecret, root: str) -> str:
    """Return a curl command that sends the request again, without its credentials."""
    request = exchange.request
    url, headers = redacted_url(request, is_secret, root), redacted_headers(request, is_secret)
    return curl_command(request.method, url, headers, request.body)


def full_curl(exchange: Exchange) -> str:
    """Return a curl command that sends the request of an exchange again, credentials included."""
    return curl(exchange, lambda _: False, exchange.origin)


def curl_command(
    method: str, url: str, headers: Mapping[str, str], body: bytes | str | None = None
) -> str:
    """Return a curl command that sends a request.

    Headers that curl writes itself are left out. The body is an argument, never a file, even if
    it begins with `@`.
    """
    words = ["curl", *(["--head"] if method == "HEAD" else ["-X", method])]
    if not _GLOB.isdisjoint(url):  # else curl takes them for a list of addresses
        words.append("--globoff")
    if "/." in url:
        words.append("--path-as-is")
    words.append(url)
    for name, value in headers.items():
        if name.lower() not in OF_CONNECTION:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if body:
        if not any(name.lower() == "content-type" for name in headers):
            words += ["-H", "content-type:"]  # else curl says that it is a form
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        words += ["--data-raw", text]
    return shlex.join(words)


def redacted_headers(request: Request, is_secret: IsSecret) -> dict[str, str]:
    """Return the headers by their names in lower case, with credentials redacted."""
    return {
        name.decode("latin-1"): REDACTED if is_secret(name) else value.decode("latin-1")
        for name, value in request.headers.items()
    }


def redacted_query(request: Request, is_secret: IsSecret) -> str:
    """Return the undecoded query, with credentials redacted."""
    fields = (field.partition(b"=") for field in request.query.split(b"&"))
    return b"&".join(
        name + sign + (REDACTED.encode() if is_secret(_decoded(name).lower()) else value)
        for name, sign, value in fields
    ).decode("latin-1")


def _decoded(name: bytes) -> bytes:
    return unquote_to_bytes(name.replace(b"+", b" "))


def redacted_url(request: Request, is_secret: IsSecret, root: str) -> str:
    """Return the URL of a request, with credentials redacted."""
    host = request.headers.get(b"host", b"localhost").decode("latin-1")
    query = redacted_query(request, is_secret)
    start = root if "://" in root else f"http://{host}{root}"
    return start + request.path.decode("latin-1") + (f"?{query}" if query else "")
