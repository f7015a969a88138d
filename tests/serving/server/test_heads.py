"""Heads of requests: their size, and their host."""

from __future__ import annotations

import httpx
import pytest

from tests.support.connections import connect, peak_memory, read_all
from tests.support.server import Server, running

GET = b"GET /api/v2/users/x HTTP/1.1\r\n"
HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    "head",
    [
        GET + HOST + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n",
        GET + HOST + b"x" * 1_000_000 + b": y\r\n\r\n",
        GET + HOST + b"x:\r\n" * 271_000 + b"\r\n",
        GET + b"".join(b"x%d: y\r\n" % n for n in range(300)) + HOST + b"\r\n",
        GET + HOST + b"Cookie: a\r\n" * 6_000 + b"\r\n",
        b"GET /" + b"x" * 500_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
    ids=["a value", "a name", "many empty", "many", "many of a name", "the path"],
)
def test_head_that_is_too_large_is_431(server: Server, head: bytes) -> None:
    """Whatever is large; the next client is served."""
    with connect(server.url) as connection:
        connection.sendall(head)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 431 ")
    assert httpx.get(f"{server.url}/_understudy/health").status_code == 200


def test_large_heads_take_little_memory() -> None:
    """Twenty heads of a megabyte at once, of many headers, are not kept until they end."""
    with running() as server:
        httpx.get(f"{server.url}/api/v2/users/x")
        before = peak_memory(server)
        head = GET + HOST + b"x:\r\n" * 250_000
        connections = [connect(server.url) for _ in range(20)]
        for connection in connections:
            connection.sendall(head)
        for connection in connections:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 431 ")
            connection.close()
        assert peak_memory(server) - before < 20


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        (b"1.1", 0, b"400"),
        (b"1.1", 1, b"401"),
        (b"1.1", 2, b"400"),
        (b"1.0", 0, b"401"),
        (b"1.0", 2, b"400"),
    ],
)
def test_request_has_one_host(server: Server, version: bytes, hosts: int, status: bytes) -> None:
    """None or several are 400 (RFC 9112, section 3.2); HTTP/1.0 has none. The requests before are
    answered first."""
    first = b"GET /nowhere HTTP/1.1\r\n" + HOST + b"\r\n"
    request = b"GET /api/v2/users/x HTTP/" + version + b"\r\n" + HOST * hosts
    with connect(server.url) as connection:
        connection.sendall(first + request + b"Connection: close\r\n\r\n")
        responses = read_all(connection).split(b"HTTP/1.1 ")[1:]
    assert [response[:3] for response in responses] == [b"404", status]
    assert (b"one header Host" in responses[1]) == (status == b"400")
