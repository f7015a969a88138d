"""What a client may send on a web socket, and leave unread."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest

from tests.support.connections import (
    connect,
    peak_memory,
    read_all,
    resident_memory,
    send_what_is_read,
)
from tests.support.server import Server, running

HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)
CONTINUATION, TEXT, CLOSE, PING = 0, 1, 8, 9


def frame(kind: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """Return a frame of a client, with a mask of zeros (RFC 6455, section 5.2)."""
    size = len(payload)
    first = kind | (0x80 if final else 0)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + bytes(4) + payload


@pytest.fixture(scope="module")
def fresh() -> Iterator[Server]:
    """Serve in a process of its own."""
    with running() as server:
        with opened(server):
            pass
        yield server


def opened(server: Server) -> socket.socket:
    """Return a connection after its handshake."""
    connection = connect(server.url)
    connection.sendall(HANDSHAKE)
    answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"deflate" not in answer  # what is compressed may be a thousand times as large
    return connection


@pytest.mark.parametrize(
    "data",
    [frame(PING) * 2_000_000, frame(PING, b"x" * 125) * 300_000, frame(TEXT, b"3") * 1_500_000],
    ids=["pings", "large pings", "messages"],
)
def test_flood_waits_outside(fresh: Server, data: bytes) -> None:
    """The answers are not read; memory stays as it is."""
    before = resident_memory(fresh)
    with opened(fresh) as connection:
        send_what_is_read(connection, data)
        assert peak_memory(fresh) - before < 20


@pytest.mark.parametrize("size", [1_000, 200_000])
def test_message_without_an_end_is_refused(fresh: Server, size: int) -> None:
    """In fragments of any size, beyond a megabyte, the connection is closed."""
    before = resident_memory(fresh)
    with opened(fresh) as connection:
        first, more = (
            frame(TEXT, b"x" * size, final=False),
            frame(CONTINUATION, b"x" * size, final=False),
        )
        sent = send_what_is_read(connection, first + more * (20_000_000 // len(more)))
        assert sent < 15_000_000
        read_all(connection)  # until the server closes it
        assert peak_memory(fresh) - before < 20


def test_close_is_answered_among_others(server: Server) -> None:
    """The closing handshake of a client that has sent much is completed."""
    with opened(server) as connection:
        connection.sendall(frame(PING, b"last") * 5_000 + frame(CLOSE, struct.pack("!H", 1000)))
        received = read_all(connection)
    assert received.count(b"\x8a\x04last") == 5_000
    assert received.endswith(b"\x88\x02\x03\xe8")
