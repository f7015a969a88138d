"""Connections to a server without a client library, and what the server's process uses."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.server import Server
from tests.support.timeouts import TIMEOUT

#: A small request that no API has: 404.
GET = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connect(url: str) -> socket.socket:
    """Open a connection to a server that takes little of a response before it is read."""
    parts = urlsplit(url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    connection.settimeout(TIMEOUT)
    connection.connect((parts.hostname, parts.port))
    return connection


def read_all(connection: socket.socket) -> bytes:
    """Return what the server sends until it closes the connection."""
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except ConnectionResetError:  # the rest of what we sent was not read
        pass
    return received


def send_what_is_read(connection: socket.socket, data: bytes) -> int:
    """Send data until the server reads no more of it for half a second, or closes; return the
    number of bytes."""
    connection.settimeout(0.5)
    sent = 0
    try:
        while sent < len(data):
            sent += connection.send(data[sent : sent + 65_536])
    except (TimeoutError, ConnectionError):
        pass
    finally:
        connection.settimeout(TIMEOUT)
    return sent


def peak_memory(server: Server) -> float:
    """Return the most memory that the server's process has had, in megabytes."""
    return _memory(server, "VmHWM")


def resident_memory(server: Server) -> float:
    """Return the memory that the server's process has, in megabytes."""
    return _memory(server, "VmRSS")


def _memory(server: Server, name: str) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024
