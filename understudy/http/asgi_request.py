"""Reads requests from ASGI: their namespace, headers and body, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import quote, unquote

from understudy.errors import Invalid, Problem, Violation, header_problem
from understudy.http.body.content_coding import (
    CODINGS,
    CorruptCoding,
    TooLargeContent,
    codings_of,
    decode_coding,
)
from understudy.http.messages import Request, headers_by_name

#: The size of the largest body that is read, in bytes.
MOST_BODY_BYTES = 5_000_000
#: The number of headers that are read, and the size of their names and values in bytes.
MOST_HEADERS = 200
MOST_HEADER_BYTES = 65_536

#: In the place of `more_body` in a message: the rest of the body did not come in time. The server
#: sends it once, and cuts the connection if the app does not refuse the request then.
LATE = "late"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_PREFIX = b"/_ns/"


class UploadBudget(Protocol):
    """What limits the memory that bodies take while they are being received."""

    def claim_upload(self, size: int) -> None:
        """Take memory for a part of a body. Raises an error that `read_body` passes on."""

    def release_upload(self, size: int) -> None:
        """Give back the memory of a body."""


class ClientDisconnect(Exception):
    """The client disconnected before its request was complete."""


def parse_scope(scope: Scope) -> tuple[Request, str]:
    """Return the request without its body, and the name of its namespace.

    The name comes from the path (`/_ns/NAME`), or else from the header; it may be empty.
    """
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    named = b""
    if path.startswith(_PREFIX):
        named, slash, rest = path[len(_PREFIX) :].partition(b"/")
        path = slash + rest or b"/"
    headers = headers_by_name(scope["headers"])
    request = Request(scope.get("method", "GET"), path, scope["query_string"], headers)
    if named:
        return request, unquote(named.decode("latin-1"))
    name = request.headers.get(b"x-understudy-namespace")
    return request, "" if name is None else name.decode("latin-1")


def check_headers(request: Request, count: int) -> None:
    """Check the number and the size of the headers. Raises Problem 431."""
    headers = request.headers
    request.size = size = sum(map(len, headers)) + sum(map(len, headers.values()))
    if count > MOST_HEADERS:
        raise _too_large(431, f"there are {count} headers; at most {MOST_HEADERS} are read")
    if size > MOST_HEADER_BYTES:
        raise _too_large(431, f"the headers take {size} bytes; at most {MOST_HEADER_BYTES} do")


def check_size(body: bytes, most: int) -> None:
    """Check the size of a body that was read against a limit below ours. Raises Problem 413."""
    if len(body) > most:
        raise _too_large(413, f"request body too large: at most {most} bytes")


async def read_body(request: Request, receive: Receive, budget: UploadBudget) -> bytes:
    """Read the whole body, without its content coding.

    Raises Problem 408, 413 or 415, Invalid, ClientDisconnect, or what `budget` raises.
    """
    length = request.headers.get(b"content-length", b"0").lstrip(b"0") or b"0"
    if len(length) > 15 or int(length) > MOST_BODY_BYTES:
        raise _too_large(413, f"request body too large: at most {MOST_BODY_BYTES} bytes")
    coding = request.headers.get(b"content-encoding", b"identity")
    if coding != b"identity":
        _check_codings(coding)
    try:
        body = await _read_all(receive, budget)
    except asyncio.CancelledError:  # the server stops before the request is complete
        raise ClientDisconnect from None
    if coding != b"identity":
        body = _without_codings(body, coding)
        del request.headers[b"content-encoding"]  # the body of the request has none any more
    return body


def _check_codings(header: bytes) -> None:
    """Raise Problem 415 for content codings that are not decoded."""
    unknown = [name.decode("latin-1") for name in codings_of(header) if name not in CODINGS]
    if unknown:
        message = f"Content-Encoding {unknown[0]!r} is not supported; send gzip, deflate, or none"
        raise header_problem(
            415,
            "Content-Encoding",
            message,
            "UNSUPPORTED_MEDIA_TYPE",
            headers=(("Accept-Encoding", "gzip, deflate"),),
        )


def _without_codings(body: bytes, header: bytes) -> bytes:
    """Return a body without its content codings. Raises Problem 413, or Invalid."""
    try:
        for coding in codings_of(header):
            body = decode_coding(body, coding, MOST_BODY_BYTES) if body else body
    except TooLargeContent:
        message = f"request body too large: at most {MOST_BODY_BYTES} bytes when decompressed"
        raise _too_large(413, message) from None
    except CorruptCoding as error:
        message = f"does not have its Content-Encoding: {error}"
        raise Invalid([Violation("body", "", message)]) from None
    return body


async def _read_all(receive: Receive, budget: UploadBudget) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and message["type"] == "http.request":
        return body
    chunks = [body]
    size = 0
    try:
        while message.get("more_body"):
            if message["more_body"] is LATE:
                raise _too_late()
            budget.claim_upload(len(chunks[-1]))
            size += len(chunks[-1])
            message = await receive()
            chunks.append(message.get("body", b""))
            if size + len(chunks[-1]) > MOST_BODY_BYTES:
                raise _too_large(413, f"request body too large: at most {MOST_BODY_BYTES} bytes")
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return b"".join(chunks)
    finally:
        budget.release_upload(size)


def _too_late() -> Problem:
    message = "the body did not arrive in time; send it faster, or raise --request-timeout"
    return Problem(
        408,
        message,
        code="REQUEST_TIMEOUT",
        headers=(("Connection", "close"),),
        violations=(Violation("body", "", message),),
    )


def _too_large(status: int, message: str) -> Problem:
    code = "PAYLOAD_TOO_LARGE" if status == 413 else "HEADERS_TOO_LARGE"
    where = "body" if status == 413 else "header"
    return Problem(status, message, code=code, violations=(Violation(where, "", message),))
