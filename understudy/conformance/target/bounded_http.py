"""Bounds on the time and the bytes of a response, whatever the server does: it hangs, sends a byte
now and then, never ends its headers, or sends without end. And errors in plain words."""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

#: Bytes of a response body that are read, after decoding.
MAX_BYTES = 10_000_000

#: Bytes that are read from the socket; compressed or chunked data may be longer than the body.
_MAX_SOCKET_BYTES = 2 * MAX_BYTES

#: A whole response may take so many times the timeout of its first byte.
_WHOLE = 3


class ResponseTooSlow(TimeoutError):
    """A response that began did not end in time."""


class ResponseTooLarge(requests.ConnectionError):
    """A response has more bytes than are read."""


class MalformedHead(requests.ConnectionError):
    """The head of a response is invalid; the text says how."""


#: The cause of a failure in words, the most specific exception first.
_DESCRIPTIONS: tuple[tuple[type[BaseException], str], ...] = (
    (ResponseTooLarge, f"its response has more than {MAX_BYTES // 1_000_000} MB"),
    (ResponseTooSlow, "its response began and did not end in time"),
    (ssl.SSLCertVerificationError, "its certificate is not trusted"),
    (ssl.SSLError, "the TLS connection failed"),
    (socket.gaierror, "the host does not exist"),
    (ConnectionRefusedError, "it refuses connections"),
    (TimeoutError, "it did not respond in time"),
    (urllib3.exceptions.ReadTimeoutError, "it did not respond in time"),
    (requests.ReadTimeout, "it did not respond in time"),
    (http.client.RemoteDisconnected, "it closed the connection without a response"),
    (ConnectionError, "it reset the connection"),
    (http.client.BadStatusLine, "it does not speak HTTP"),
    (http.client.LineTooLong, "it does not speak HTTP, or its headers do not end"),
    (urllib3.exceptions.InvalidChunkLength, "its response has an invalid chunk length"),
    (http.client.IncompleteRead, "it closed the connection in the middle of its response"),
    (urllib3.exceptions.DecodeError, "its response does not match its Content-Encoding"),
    (http.client.HTTPException, "it does not speak HTTP, or its headers do not end"),
)


def describe_error(error: BaseException) -> str:
    """Return what went wrong, in a few words about the server ("it ...")."""
    causes = list(_causes(error))
    malformed = next((cause for cause in causes if isinstance(cause, MalformedHead)), None)
    if malformed is not None:
        return str(malformed)
    for kind, text in _DESCRIPTIONS:
        if any(isinstance(cause, kind) for cause in causes):
            return text
    return f"{type(error).__name__}: {error}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, its causes, and what the libraries wrapped in it."""
    pending: list[Any] = [error]
    seen: set[int] = set()
    while pending:
        cause = pending.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            pending += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            pending += cause.args


class BoundedAdapter(HTTPAdapter):
    """A transport adapter for `requests`, whose responses end in time.

    The timeout of a request bounds each wait for bytes; the head and the body together may take
    three times as long. Of the environment only the certificates to trust are used, no proxy.
    """

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send a request. Overrides HTTPAdapter."""
        is_secure = (request.url or "").startswith("https:")  # else no file is looked for
        if is_secure and options.get("verify", True) is True:
            bundles = map(os.environ.get, ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
            options["verify"] = next(filter(None, bundles), True)
        return super().send(request, **{**options, "proxies": None})

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the connection pools. Overrides HTTPAdapter."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _bounded(HTTPConnectionPool),
            "https": _bounded(HTTPSConnectionPool),
        }


def _bounded(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """Return a class of connection pools whose connections read bounded responses."""
    attributes = {"response_class": _BoundedResponse}
    connection = type("BoundedConnection", (pool.ConnectionCls,), attributes)
    return type("BoundedPool", (pool,), {"ConnectionCls": connection})


class _BoundedResponse(http.client.HTTPResponse):
    """A response that is read through a bounded reader, and must have well-formed headers."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_BoundedReader(self.fp.detach(), sock))

    def begin(self) -> None:
        """Read the head. Overrides HTTPResponse."""
        super().begin()
        if self.msg.defects:
            raise MalformedHead("its headers are malformed")


class _BoundedReader(io.RawIOBase):
    """Reads a socket until the response takes too long or has too many bytes.

    A timer that shuts the socket down is not enough: what it cuts off looks like the end of the
    headers, or of a body without a Content-Length, and so like a complete response.
    """

    def __init__(self, raw: io.RawIOBase, sock: Any) -> None:
        self._raw, self._sock = raw, sock
        self._timeout = sock.gettimeout() or 60
        self._deadline = time.monotonic() + _WHOLE * self._timeout
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        seconds_left = self._deadline - time.monotonic()
        if seconds_left <= 0:
            raise ResponseTooSlow
        self._sock.settimeout(min(seconds_left, self._timeout))
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            raise ResponseTooSlow if self._size else TimeoutError from None
        self._size += count or 0
        if self._size > _MAX_SOCKET_BYTES:
            raise ResponseTooLarge
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def read_body(response: requests.Response) -> None:
    """Read the whole body of a streamed response, up to MAX_BYTES. Raises RequestException.

    A stream of events, which may be endless, is left to whoever reads it.
    """
    length = response.headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdigit()):
        response.close()
        raise MalformedHead(f"its Content-Length is {length[:40]!r}", request=response.request)
    if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
        response.raw = _BoundedBody(response.raw)
        response.content  # noqa: B018 (read here, so that errors count as this request's)


class _BoundedBody:
    """The body that urllib3 decodes, bounded; all else is urllib3's response."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def stream(self, amt: int, decode_content: bool | None = None) -> Iterator[bytes]:
        """Yield the body in pieces. Raises ResponseTooLarge."""
        size = 0
        for chunk in self._raw.stream(amt, decode_content=decode_content):
            size += len(chunk)
            if size > MAX_BYTES:
                self._raw.close()
                raise ResponseTooLarge
            yield chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)
