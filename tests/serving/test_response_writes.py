"""Writes of responses to the socket: one system call for head and body, and exact bytes."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.chosen_store import needs_memory
from tests.support.server import Server, running

DOCUMENT = """
openapi: 3.0.3
info: {title: Small, version: "1"}
paths:
  /text:
    get: {operationId: getText, responses: {"200": {$ref: "#/components/responses/Text"}}}
    delete: {operationId: deleteText, responses: {"204": {description: Deleted.}}}
  /head:
    get:
      operationId: getHead
      responses:
        "200":
          description: A body that looks like the head of a response.
          content: {text/plain: {example: "HTTP/1.1 200 OK\\r\\n\\r\\n"}}
  /stream:
    get:
      operationId: getStream
      responses: {"200": {description: Bytes that come late., content: {text/event-stream: {}}}}
    post: {operationId: continueStream, responses: {"204": {description: The bytes are there.}}}
components:
  responses:
    Text: {description: A text., content: {text/plain: {example: hello}}}
"""

HANDLERS = """
import asyncio

from understudy import Content

late = asyncio.Queue()


async def _stream():
    yield await late.get()


def get_stream(world):
    return Content(_stream(), "text/event-stream")


def continue_stream(world):
    late.put_nowait(b"data: late\\n\\n")


def on_event(world, connection, event, payload):
    return payload
"""

#: Requests, and the whole responses to them on a connection that stays open.
RESPONSES = {
    "GET /text": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n"
        b"content-type: text/plain; charset=utf-8\r\n\r\nhello"
    ),
    "HEAD /text": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n"
    ),
    "DELETE /text": b"HTTP/1.1 204 No Content\r\n\r\n",
    "OPTIONS /text": b"HTTP/1.1 204 No Content\r\nallow: DELETE, GET, HEAD, OPTIONS\r\n\r\n",
    "GET /head": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 19\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n"
        b"HTTP/1.1 200 OK\r\n\r\n"
    ),
}

#: The heads of streams: of the handler above, and of the control API.
STREAM_HEAD, EVENT_STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    + header
    + b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    for header in (b"", b"cache-control: no-store\r\n")
)

#: A handshake of RFC 6455, section 1.3, and the response to its key.
WEB_SOCKET_KEY, WEB_SOCKET_ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the project above."""
    project = tmp_path_factory.mktemp("small")
    for name, text in (("specs/small.yaml", DOCUMENT), ("handlers/small.py", HANDLERS)):
        (project / name).parent.mkdir()
        (project / name).write_text(text)
    with running(str(project)) as server:
        yield server


def connect(server: Server) -> socket.socket:
    """Return a connection to the server; the time limit only ends a test that would hang."""
    url = urlsplit(server.url)
    return socket.create_connection((url.hostname, url.port), timeout=60)


def request(line: str, *headers: str, namespace: str = "") -> bytes:
    """Return the bytes of a request, such as `GET /text`."""
    method, path = line.split(" ")
    prefix = f"/_ns/{namespace}" if namespace else ""
    head = [f"{method} {prefix}{path} HTTP/1.1", "Host: localhost", *headers]
    return "".join(f"{field}\r\n" for field in [*head, ""]).encode()


def receive(connection: socket.socket, size: int) -> bytes:
    """Read exactly so many bytes, less only at the end of the connection."""
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            break
        data += part
    return data


def receive_until(connection: socket.socket, end: bytes) -> bytes:
    """Read byte by byte until the data ends so, or the connection does."""
    data = b""
    while not data.endswith(end):
        part = connection.recv(1)
        if not part:
            break
        data += part
    return data


def receive_all(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def chunks(body: bytes) -> list[bytes]:
    """Return the chunks of a whole chunked body, the empty one at its end too."""
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        parts.append(rest[:length])
        body = rest[length + 2 :]
    return parts


def closing(response: bytes) -> bytes:
    """Return a response as it is if the request has `Connection: close`."""
    head, end, body = response.partition(b"\r\n\r\n")
    return head + b"\r\nconnection: close" + end + body


def add_fault(server: Server, namespace: str, then: dict[str, object]) -> None:
    """Add a fault rule for the next request of a namespace."""
    url = f"{server.url}/_ns/{namespace}/_understudy/faults"
    assert httpx.post(url, json={"then": then}).status_code == 201


def writes_of(server: Server) -> int:
    """Return the number of write system calls that the server has made."""
    file = Path(f"/proc/{server.process.pid}/io")
    try:
        counters = dict(line.split(": ") for line in file.read_text().splitlines())
    except OSError as error:
        pytest.skip(f"the system calls of a process cannot be counted here: {error}")
    return int(counters["syscw"])


@needs_memory("a database makes system calls of its own")
@pytest.mark.parametrize("line", ["GET /text", "HEAD /text", "DELETE /text", "OPTIONS /text"])
def test_response_takes_one_system_call(small: Server, line: str) -> None:
    """Each of a hundred responses on one connection takes one call, with or without a body."""
    expected = RESPONSES[line]
    with connect(small) as connection:
        before = writes_of(small)
        for _ in range(100):
            connection.sendall(request(line))
            assert receive(connection, len(expected)) == expected
        writes = writes_of(small) - before
    if not writes:
        pytest.skip("the write system calls of a process are not counted here")
    assert 100 <= writes <= 105


@pytest.mark.parametrize("line", RESPONSES)
def test_response_is_whole_before_the_connection_closes(small: Server, line: str) -> None:
    """`Connection: close` cuts nothing off, and nothing follows the response."""
    with connect(small) as connection:
        connection.sendall(request(line, "Connection: close"))
        assert receive_all(connection) == closing(RESPONSES[line])


def test_pipelined_requests_get_their_responses_in_order(small: Server) -> None:
    """All requests come in one packet, twice each; the last one closes the connection."""
    lines = [line for line in RESPONSES for _ in range(2)]
    with connect(small) as connection:
        packet = b"".join(request(line) for line in lines)
        connection.sendall(packet + request("GET /text", "Connection: close"))
        expected = b"".join(RESPONSES[line] for line in lines) + closing(RESPONSES["GET /text"])
        assert receive_all(connection) == expected


def test_head_does_not_wait_for_a_late_stream(small: Server) -> None:
    """The head is there while the handler's stream has yielded nothing; then its bytes follow."""
    with connect(small) as connection, connect(small) as other:
        connection.sendall(request("GET /stream", "Connection: close"))
        assert receive_until(connection, b"\r\n\r\n") == STREAM_HEAD
        other.sendall(request("POST /stream"))
        assert receive(other, 27) == b"HTTP/1.1 204 No Content\r\n\r\n"
        assert receive_all(connection) == b"c\r\ndata: late\n\n\r\n0\r\n\r\n"


def test_head_of_the_event_stream_comes_before_any_event(small: Server) -> None:
    """The control API's stream begins at once, while its namespace has had no exchange."""
    with connect(small) as connection:
        line = "GET /_understudy/requests/events?recent=0&seconds=2"
        connection.sendall(request(line, "Connection: close", namespace="events"))
        assert receive_until(connection, b"\r\n\r\n") == EVENT_STREAM_HEAD
        assert receive_until(connection, b"\n\n\r\n") == b"b\r\nretry: 50\n\n\r\n"
    httpx.get(f"{small.url}/_ns/events/text")
    with connect(small) as connection:
        line = "GET /_understudy/requests/events?recent=1&seconds=0"
        connection.sendall(request(line, "Connection: close", namespace="events"))
        assert receive_until(connection, b"\r\n\r\n") == EVENT_STREAM_HEAD
        retry, event, position, end = chunks(receive_all(connection))
        assert (retry, end) == (b"retry: 50\n\n", b"")
        assert json.loads(event.split(b"data: ")[1])["operation"] == "getText"
        assert re.fullmatch(rb"id: \d+\n\n", position)


def test_dripped_body_follows_its_head(small: Server) -> None:
    """A fault rule sends the body byte by byte; head and body are whole, and nothing follows."""
    add_fault(small, "drip", {"drip": {"bytes": 1, "every": 0}})
    with connect(small) as connection:
        connection.sendall(request("GET /text", "Connection: close", namespace="drip"))
        assert receive_all(connection) == closing(RESPONSES["GET /text"])


def test_truncated_response_has_its_head(small: Server) -> None:
    """A fault rule cuts the connection in the middle of the body, not before."""
    add_fault(small, "truncated", {"corrupt": "truncate"})
    with connect(small) as connection:
        connection.sendall(request("GET /text", namespace="truncated"))
        assert receive_all(connection) == RESPONSES["GET /text"].removesuffix(b"llo")


def test_web_socket_is_upgraded(small: Server) -> None:
    """The response to the handshake comes before Socket.IO's first frame, which is whole."""
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    line = "GET /socket.io/?EIO=4&transport=websocket"
    with connect(small) as connection:
        connection.sendall(request(line, *upgrade, f"Sec-WebSocket-Key: {WEB_SOCKET_KEY}"))
        head = receive_until(connection, b"\r\n\r\n")
        assert re.match(rb"HTTP/1\.1 101 [^\r]*\r\n", head)
        fields = {field.lower() for field in head.decode().split("\r\n")[1:]}
        assert {"upgrade: websocket", "connection: upgrade"} <= fields
        assert f"sec-websocket-accept: {WEB_SOCKET_ACCEPT}".lower() in fields
        opcode, length = receive(connection, 2)
        assert (opcode, length) == (0x81, min(length, 125))
        payload = receive(connection, length)
        assert payload.startswith(b"0{")
        assert json.loads(payload[1:])["pingInterval"] == 25_000
