"""How long and how much is read of an answer, whatever the server does: it hangs, drips, never ends
its headers, or sends without end. And what went wrong, in plain words."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import urllib3.exceptions as wrong
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

#: Bytes of an answer that are read.
MOST_BYTES = 10_000_000

#: How many times the time for the first byte an answer may take as a whole.
_WHOLE = 3


class TooSlow(TimeoutError):
    """An answer that began did not end."""


class TooLarge(OSError):
    """More came than is read."""


class Malformed(OSError):
    """A head that says what cannot be; the text says what."""


#: What went wrong, the most exact first.
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (TooLarge, f"its answer has more than {MOST_BYTES // 1_000_000} MB"),
    (TooSlow, "its answer began and did not end in time"),
    (ssl.SSLCertVerificationError, "its certificate is not trusted"),
    (ssl.SSLError, "no secure connection came about"),
    (socket.gaierror, "there is no such host"),
    (ConnectionRefusedError, "it refuses connections"),
    (TimeoutError, "it did not answer in time"),
    (wrong.ReadTimeoutError, "it did not answer in time"),
    (http.client.RemoteDisconnected, "it closed the connection without an answer"),
    (ConnectionError, "it broke the connection off"),
    (http.client.BadStatusLine, "what it sends is no HTTP"),
    (http.client.LineTooLong, "what it sends is no HTTP, or its headers have no end"),
    (wrong.InvalidChunkLength, "its answer is not divided into chunks as it says"),
    (http.client.IncompleteRead, "it closed the connection in the middle of its answer"),
    (wrong.DecodeError, "its answer is not encoded as it says"),
    (http.client.HTTPException, "what it sends is no HTTP, or its headers have no end"),
)


def describe_error(error: BaseException) -> str:
    """What went wrong, in a few words about the server ("it ...")."""
    chain = list(_chain(error))
    malformed = next((one for one in chain if isinstance(one, Malformed)), None)
    if malformed is not None:
        return str(malformed)
    for kind, text in _WORDS:
        if any(isinstance(one, kind) for one in chain):
            return text
    return f"{type(error).__name__}: {error}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it is made of: its causes, and what the libraries wrapped."""
    pending: list[Any] = [error]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            pending += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


class _Reader(io.RawIOBase):
    """Reads what a socket brings, until it is too late or too much."""

    def __init__(self, raw: io.RawIOBase, sock: Any) -> None:
        self._raw, self._sock = raw, sock
        self._patience = sock.gettimeout() or 60
        self._until = time.monotonic() + _WHOLE * self._patience
        self._left = 2 * MOST_BYTES  # what is compressed or divided is longer than what it holds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TooSlow
        self._sock.settimeout(min(left, self._patience))
        try:
            taken = self._raw.readinto(buffer)
        except TimeoutError:
            raise TooSlow if self._left < 2 * MOST_BYTES else TimeoutError from None
        self._left -= taken or 0
        if self._left < 0:
            raise TooLarge
        return taken

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp: Any = io.BufferedReader(_Reader(self.fp.detach(), sock))

    def begin(self) -> None:
        super().begin()
        if self.msg.defects:
            raise Malformed("its headers are malformed")


class _Plain(HTTPConnection):
    response_class = _Answer


class _Secure(HTTPSConnection):
    response_class = _Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class BoundedAdapter(HTTPAdapter):
    """Requests' way to a server, with an end to every answer."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Make the connections that end."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
