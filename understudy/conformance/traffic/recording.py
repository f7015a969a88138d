"""What was recorded: exchanges, in the same words whoever wrote them down."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from understudy.http.asgi_request import MOST_BODY_BYTES
from understudy.http.messages import Headers, Request, Response

#: The header of an answer that is our proxy's own, for there was none.
OURS = b"x-understudy-proxy"

#: What a path and a query may have in them as it stands.
_SAFE = "/?:@!$&'()*+,;=-._~%[]"

#: The codings that are read; 47 lets zlib see for itself whether it is gzip or its own.
_CODINGS = {b"gzip": 47, b"x-gzip": 47, b"deflate": 47}


class Recorded(NamedTuple):
    """One exchange. Its bodies are decoded; `unread` says why the body of the "request" or the
    "response" is not known. `name` is what a recording calls it; `origin` as in `http://host:1`,
    empty where nobody said. `broken` says how the answer broke off, if it did."""

    request: Request
    response: Response
    origin: str = ""
    name: str = ""
    unread: Mapping[str, str] = {}
    at: int = 0
    took: int = 0
    broken: str = ""


class Recording(NamedTuple):
    """What a file holds: `kind` in words, and what of it was no exchange. With `expected`, it is
    what a client expects rather than what was seen: answers may leave out what they do not need."""

    kind: str
    exchanges: list[Recorded]
    passed_over: list[str]
    expected: bool = False


class Unread(ValueError):
    """A body that cannot be read; says why."""


class Broken(Unread):
    """A body that nobody can read: its content coding is not what it says."""


def request_to(
    url: str, method: str, headers: Iterable[tuple[str, str]], body: bytes
) -> tuple[Request, str]:
    """The request to a URL or a path, and the origin in it. Raises ValueError."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_SAFE).encode()
    named = {n.lower().encode("latin-1"): _latin(v) for n, v in headers if not n.startswith(":")}
    request = Request(method.upper(), path, quote(parts.query, safe=_SAFE).encode(), named)
    request.body = body
    return request, f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def reply_of(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
    """The answer of a status, headers and a body that is decoded."""
    return reply_of_raw(status, [(n.encode("latin-1"), _latin(v)) for n, v in headers], body)


def reply_of_raw(status: int, headers: Headers, body: bytes) -> Response:
    """The same, of headers as they come over the wire."""
    kind = next((value for name, value in headers if name.lower() == b"content-type"), None)
    rest = tuple((n.lower(), v) for n, v in headers if n.lower() != b"content-type")
    return Response(status, body, kind, rest)


def _latin(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def plain(body: bytes, coding: bytes, *, trusting: bool = False) -> bytes:
    """A body without its content coding. Where `trusting`, a body that is not coded at all was
    decoded before it was written down. Raises Unread."""
    for name in reversed([part.strip().lower() for part in coding.split(b",")]):
        if name in (b"", b"identity") or not body:
            continue
        if name not in _CODINGS:
            raise Unread(f"has a content coding that is not read: {name.decode('latin-1')!r}")
        if trusting and not body.startswith((b"\x1f\x8b", b"\x78")):
            continue
        body = _inflated(body, _CODINGS[name])
    return body


def _inflated(body: bytes, window: int) -> bytes:
    try:
        inflater = zlib.decompressobj(window)
        whole = inflater.decompress(body, MOST_BODY_BYTES + 1)
    except zlib.error as error:
        raise Broken(f"is not of its content coding: {error}") from None
    if len(whole) > MOST_BODY_BYTES:
        raise Unread(f"is over {MOST_BODY_BYTES} bytes")
    if not inflater.eof:
        raise Broken("breaks off within its content coding")
    return whole


def as_bytes(value: Any) -> bytes:
    """A body that is text, bytes or nothing. Raises ValueError."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    raise ValueError("a body is neither text nor bytes")
