"""A server that violates HTTP, with raw sockets and a thread for each connection."""

from __future__ import annotations

import json
import socket
import ssl
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.support.timeouts import TIMEOUT

HEAD = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
OK = HEAD % b"200 OK"


def _packed() -> bytes:
    """Return 100 MB of spaces, compressed."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(b" " * 10_000_000) for _ in range(10)) + packer.flush()


BOMB = _packed()

#: The behaviour on one connection, until the event is set.
Misbehaviour = Callable[[socket.socket, Event], None]


def send(connection: socket.socket, *parts: bytes) -> None:
    """Send all parts."""
    for part in parts:
        connection.sendall(part)


def proper(status: bytes, body: bytes, *headers: bytes) -> Misbehaviour:
    """Return a valid response."""
    lines = b"".join(header + b"\r\n" for header in headers)
    head = HEAD % status + lines + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    return lambda connection, over: send(connection, head, body)


def hangs(connection: socket.socket, over: Event) -> None:
    """Send nothing."""
    over.wait(TIMEOUT)


def drips(connection: socket.socket, over: Event) -> None:
    """Send a body byte by byte, with pauses."""
    send(connection, OK + b"Content-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        send(connection, b" ")


def drips_headers(connection: socket.socket, over: Event) -> None:
    """Send a header byte by byte, with pauses."""
    send(connection, OK + b"X-Drip: ")
    while not over.wait(0.05):
        send(connection, b"x")


def continues(connection: socket.socket, over: Event) -> None:
    """Send 100 Continue without end."""
    while not over.wait(0.001):
        send(connection, b"HTTP/1.1 100 Continue\r\n\r\n")


def garbage(connection: socket.socket, over: Event) -> None:
    """Send bytes that are no HTTP."""
    send(connection, b"\x00\xff\x16\x03\x01 hello\r\n\r\n" * 20)


def endless_headers(connection: socket.socket, over: Event) -> None:
    """Send headers without end."""
    send(connection, OK)
    while not over.is_set():
        send(connection, b"X-Again: and again\r\n" * 100)


def closes_at_once(connection: socket.socket, over: Event) -> None:
    """Close the connection without a response."""


def closes_in_the_middle(connection: socket.socket, over: Event) -> None:
    """Close the connection in the middle of the body."""
    send(connection, OK + b'Content-Length: 1000\r\n\r\n{"half":')


def resets(connection: socket.socket, over: Event) -> None:
    """Reset the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def wrong_length(connection: socket.socket, over: Event) -> None:
    """Send a Content-Length that is no number."""
    send(connection, OK + b"Content-Length: many\r\n\r\n{}")


def wrong_chunks(connection: socket.socket, over: Event) -> None:
    """Send a chunk whose size is no number."""
    send(connection, OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")


def wrong_header_bytes(connection: socket.socket, over: Event) -> None:
    """Send bytes that are invalid in headers."""
    send(connection, OK + b"X-\xff\x00: \x01\x80\r\n no: colon\r\nContent-Length: 2\r\n\r\n{}")


def huge(connection: socket.socket, over: Event) -> None:
    """Send 100 MB."""
    send(connection, OK + b"Content-Length: 100000000\r\n\r\n", *[b" " * 1_000_000] * 100)


def bomb(connection: socket.socket, over: Event) -> None:
    """Send 100 MB in a few compressed bytes."""
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    send(connection, head % len(BOMB), BOMB)


@dataclass
class Hostile:
    """A running server; `counts` has the number of requests by line, `heads` their heads."""

    url: str
    counts: Counter[str] = field(default_factory=Counter)
    heads: list[str] = field(default_factory=list)


def _read(connection: socket.socket) -> str:
    """Read a request, and return its head."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65_536)
        if not more:
            return ""
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    for line in text.lower().split("\r\n"):
        if line.startswith("content-length:"):
            left = int(line.split(":")[1]) - len(body)
            while left > 0:
                left -= len(connection.recv(65_536)) or left
    return text


@contextmanager
def hostile(
    choose: Callable[[str, int], Misbehaviour | None], tls: ssl.SSLContext | None = None
) -> Iterator[Hostile]:
    """Run a server on a free port, until the block ends.

    `choose` returns the behaviour for a request line ("GET /pets") and the number of earlier
    requests; None means a valid response, an empty object.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    server = Hostile(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
    over = Event()

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            head = _read(connection)
            if head:
                line = " ".join(head.split()[:2])
                before = server.counts.total()
                server.counts[line] += 1
                server.heads.append(head)
                (choose(line, before) or proper(b"200 OK", b"{}"))(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                Thread(target=serve, args=(connection,), daemon=True).start()

    accepting = Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)  # ends `accept`, which would outlive `close`
        accepting.join()
        listener.close()


def of_one(path: str, behaviour: Misbehaviour) -> Callable[[str, int], Misbehaviour | None]:
    """Behave so for the requests of one operation, such as "GET /toys"."""
    return lambda line, _: behaviour if line.split("?")[0] == path else None


def too_many(seconds: int | None) -> Misbehaviour:
    """Return a response 429, with Retry-After if `seconds` is given."""
    headers = [] if seconds is None else [b"Retry-After: %d" % seconds]
    return proper(b"429 Too Many", json.dumps({}).encode(), *headers)
