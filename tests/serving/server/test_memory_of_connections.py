"""Connections that are closed use no memory, without a search for garbage that a test asks for."""

from __future__ import annotations

from tests.serving.server.test_web_socket_limits import HANDSHAKE
from tests.support.connections import GET, connect, peak_memory
from tests.support.server import running

#: A web socket where there is none: 403.
REFUSED = HANDSHAKE.replace(b"/socket.io/", b"/nowhere")
POST = b"POST /api/v2/users HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"


#: What is sent on a connection, one request after the other.
KINDS = ((GET, GET), (REFUSED,), (GET, b"GET / HTTP/1.1\r\r\n"), (GET * 10,), (POST,))


def churn(url: str, count: int) -> None:
    """Open connections, send requests on each, read the responses, and close it."""
    for number in range(count):
        with connect(url) as connection:
            for request in KINDS[number % len(KINDS)]:
                connection.sendall(request)
                connection.recv(65_536)


def test_closed_connections_use_no_memory() -> None:
    """2,500 connections of five kinds, each of which would be seen if it kept 8 kB."""
    with running("--api-key", "zep=k") as server:
        churn(server.url, 500)
        before = peak_memory(server)
        churn(server.url, 2_500)
        assert peak_memory(server) - before < 4
