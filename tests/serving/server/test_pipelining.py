"""Requests that a client sends without waiting for the responses."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.support.connections import (
    GET,
    connect,
    peak_memory,
    read_all,
    resident_memory,
    send_what_is_read,
)
from tests.support.server import Server, running

#: A document with a method that httptools does not parse, so that h11 does.
ODD = """
openapi: 3.2.0
info: {title: T, version: "1"}
paths: {/a: {additionalOperations: {X_Y: {responses: {"204": {description: Done}}}}}}
"""


@pytest.fixture(scope="module", params=["httptools", "h11"])
def fresh(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve in a process of its own, with each of the two parsers."""
    document = tmp_path_factory.mktemp("odd") / "odd.yaml"
    document.write_text(ODD)
    with running(*([str(document)] if request.param == "h11" else [])) as server:
        yield server


def test_requests_that_nobody_reads_the_answers_of_wait_outside(fresh: Server) -> None:
    """Of 20 MB of requests the server reads little, and its memory stays as it is."""
    with connect(fresh.url) as warm:
        warm.sendall(GET)
        warm.recv(65_536)
    before = resident_memory(fresh)
    with connect(fresh.url) as connection:
        sent = send_what_is_read(connection, GET * (20_000_000 // len(GET)))
        assert sent < 15_000_000
        assert peak_memory(fresh) - before < 20
        with connect(fresh.url) as other:
            other.sendall(GET)
            assert other.recv(12) == b"HTTP/1.1 404"


def test_all_requests_are_answered_in_their_order(fresh: Server) -> None:
    """Thousands at once, and the memory stays as it is."""
    before = resident_memory(fresh)
    count = 5_000
    last = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with connect(fresh.url) as connection:
        sender = threading.Thread(target=connection.sendall, args=[GET * (count - 1) + last])
        sender.start()
        answers = read_all(connection)
        sender.join()
    assert answers.count(b"HTTP/1.1 404") == count
    assert peak_memory(fresh) - before < 10


def test_requests_of_any_size_share_a_connection(server: Server) -> None:
    """Large bodies, small requests, and a head that is cut anywhere."""
    body = b'{"user_id": "x", "metadata": {"large": "' + b"y" * 200_000 + b'"}}'
    post = (
        b"POST /_ns/pipelined/api/v2/users HTTP/1.1\r\nHost: localhost\r\n"
        b"Authorization: Api-Key k\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body
    chunked = (
        b"POST /_ns/pipelined/api/v2/users HTTP/1.1\r\nHost: localhost\r\n"
        b"Authorization: Api-Key k\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
        + b"".join(
            b"%x\r\n%b\r\n" % (len(body[i : i + 9_999]), body[i : i + 9_999])
            for i in range(0, len(body), 9_999)
        )
        + b"0\r\n\r\n"
    )
    last = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    data = GET * 3 + post + GET * 400 + chunked + post + GET + last
    for size in (3_001, 100_000, len(data)):
        with connect(server.url) as connection:
            for begin in range(0, len(data), size):
                connection.sendall(data[begin : begin + size])
            statuses = [answer[:3] for answer in read_all(connection).split(b"HTTP/1.1 ")[1:]]
        created = statuses[3]
        assert statuses == [b"404"] * 3 + [created] + [b"404"] * 400 + [b"400"] * 2 + [b"404"] * 2


def test_refused_body_does_not_hide_the_next_request(server: Server) -> None:
    """A body that is too large is refused, read to its end and forgotten."""
    body = b"x" * 6_000_000
    head = (
        b"POST /api/v2/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Api-Key k\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with connect(server.url) as connection:
        connection.sendall(head + body)
        assert connection.recv(12) == b"HTTP/1.1 413"
        while b"\r\n\r\n" not in connection.recv(65_536):
            pass
        connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 404" in read_all(connection)
