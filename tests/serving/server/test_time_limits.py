"""How long a client may take to send a request and to read the response."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.support.connections import GET, connect, read_all, send_what_is_read
from tests.support.server import running, serving
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.app import Understudy
from understudy.serving.project import load
from understudy.serving.server.any_method_protocol import AnyMethodProtocol
from understudy.serving.server.connection import Connection
from understudy.serving.server.http_protocol import HttpProtocol

DOCUMENT = """
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {"204": {description: Done}}
"""

POST = b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

#: What a client sends and never ends, and what it gets.
UNENDED = [
    (b"", b""),  # no request has begun
    (b"G", b"408"),
    (b"GET /nowhere HTT", b"408"),
    (GET[:-2], b"408"),
    (GET[:-2] + b"X: " + b"x" * 20_000, b"408"),
    (POST + b"Content-Length: 10\r\n\r\n", b"408"),
    (POST + b"Content-Length: 10\r\n\r\n{", b"408"),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"408"),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n", b"408"),
]


@pytest.fixture(params=[HttpProtocol, AnyMethodProtocol])
def protocol(request: pytest.FixtureRequest) -> type[Connection]:
    """Return each of the protocols for requests."""
    kind: type[Connection] = request.param
    return kind


@contextmanager
def limited(protocol: type[Connection], seconds: float, folder: Path) -> Iterator[str]:
    """Serve with a limit on the time of a request, until the block ends."""
    document = folder / "api.yaml"
    document.write_text(DOCUMENT)
    app = Understudy(load([document]))
    http = partial(protocol, request_timeout=seconds)
    with serving(app, http=http, h11_max_incomplete_event_size=100_000) as url:
        yield url


def test_request_that_does_not_end_is_refused(protocol: type[Connection], tmp_path: Path) -> None:
    """A connection without a request is closed; a request without its end is 408 before that."""
    with limited(protocol, 0.5, tmp_path) as url, ExitStack() as stack:
        connections = [stack.enter_context(connect(url)) for _ in UNENDED]
        for connection, (sent, _) in zip(connections, UNENDED, strict=True):
            connection.sendall(sent)
        responses = [read_all(connection) for connection in connections]
    assert [response[9:12] for response in responses] == [status for _, status in UNENDED]
    assert b"did not arrive within 0.5 seconds" in responses[1]
    for response in responses[1:]:
        assert b"connection: close" in response.lower()
    for response in responses[5:]:
        assert "did not arrive in time" in str(json.loads(response.partition(b"\r\n\r\n")[2]))


def test_drop_by_drop_is_too_late(protocol: type[Connection], tmp_path: Path) -> None:
    """No byte that comes extends the time."""
    begins = (b"GET /nowhere HTTP/1.1\r\nX: ", POST + b"Content-Length: 9999\r\n\r\n")
    with limited(protocol, 0.5, tmp_path) as url, ExitStack() as stack:
        connections = [stack.enter_context(connect(url)) for _ in begins]
        for connection, begin in zip(connections, begins, strict=True):
            connection.sendall(begin)
        received, deadline = [b""] * len(begins), time.monotonic() + TIMEOUT
        while not all(received) and time.monotonic() < deadline:
            for number, connection in enumerate(connections):
                received[number] += _drop(connection)
    assert [response[:12] for response in received] == [b"HTTP/1.1 408"] * len(begins)


def _drop(connection: socket.socket) -> bytes:
    """Send a byte, and return what comes within a short time."""
    connection.settimeout(0.05)
    with suppress(ConnectionError):
        connection.sendall(b"x")
    with suppress(TimeoutError, ConnectionError):
        return connection.recv(65_536)
    return b""


def test_idle_connection_stays_open(protocol: type[Connection], tmp_path: Path) -> None:
    """Longer than a request may take."""
    with limited(protocol, 0.5, tmp_path) as url, connect(url) as connection:
        connection.sendall(GET)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 404")
        time.sleep(1)
        connection.sendall(GET)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("before", [b"", GET])
def test_empty_lines_keep_no_connection_open(before: bytes, tmp_path: Path) -> None:
    """A client may send them before a request (RFC 9112, section 2.2), but must begin one."""
    with limited(HttpProtocol, 0.5, tmp_path) as url, connect(url) as connection:
        connection.sendall(before)
        if before:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 404")
        connection.sendall(b"\r\n")
        assert read_all(connection) == b""


def test_client_is_not_to_blame_for_a_delayed_response(
    protocol: type[Connection], tmp_path: Path
) -> None:
    """A large request that waits behind a delayed one is served, though it takes longer."""
    body = json.dumps({"large": "x" * 1_000_000}).encode()
    slow = POST + b"X-Slow: yes\r\nContent-Length: 2\r\n\r\n{}"
    large = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    fault = {"when": {"headers": {"x-slow": "yes"}}, "then": {"delay": 2.5}}
    with limited(protocol, 2, tmp_path) as url:
        assert httpx.post(f"{url}/_understudy/faults", json=fault).status_code == 201
        with connect(url) as connection:
            connection.sendall(slow + large)
            assert read_all(connection).count(b"HTTP/1.1 204") == 2


def test_response_that_nobody_reads_is_given_up(protocol: type[Connection], tmp_path: Path) -> None:
    """The connection is reset after the time limit."""
    with limited(protocol, 0.5, tmp_path) as url, connect(url) as connection:
        send_what_is_read(connection, GET.replace(b"nowhere", b"nowhere" * 1_000) * 2_000)
        connection.setblocking(False)
        wait_until(lambda: _is_reset(connection))


def _is_reset(connection: socket.socket) -> bool:
    try:
        connection.send(b"x")
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return False


def test_option_sets_the_limit() -> None:
    """`serve --request-timeout` is in seconds."""
    with running("--request-timeout", "0.3") as server, connect(server.url) as connection:
        connection.sendall(b"GET /nowhere HTT")
        assert b"did not arrive within 0.3 seconds" in read_all(connection)
