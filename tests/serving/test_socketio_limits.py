"""Clients of Socket.IO that break the protocol, send too much, do not read, or are too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import websocket

from tests.support.chosen_store import POLLING, needs_one_worker
from tests.support.server import Server, running
from tests.support.timeouts import TIMEOUT

_DOCUMENT = """
openapi: 3.0.3
info: {title: Chat, version: "1"}
paths:
  /say: {post: {operationId: say, responses: {"204": {description: Said.}}}}
"""
_HANDLERS = """
def on_event(world, connection, event, payload):
    if event == "flood":
        for _ in range(10):
            connection.emit("much", "x" * 1_000_000)
    elif event == "join":
        for number in range(payload):
            connection.join(str(number))
    return len(payload) if isinstance(payload, bytes) else "received"


def say(world):
    world.events.emit("0", "said", 1)
"""

_WITH_ATTACHMENT = '["x",{"_placeholder":true,"num":0}]'


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a project with Socket.IO."""
    project = tmp_path_factory.mktemp("limits")
    for folder, name, text in (
        ("specs", "chat.yaml", _DOCUMENT),
        ("handlers", "chat.py", _HANDLERS),
    ):
        (project / folder).mkdir()
        (project / folder / name).write_text(text)
    with running(str(project)) as server:
        yield server


@contextmanager
def connected(server: Server, namespace: str = "default") -> Iterator[Any]:
    """Open a web socket and connect to Socket.IO, until the block ends."""
    url = f"{server.url.replace('http', 'ws')}/_ns/{namespace}/socket.io/"
    client: Any = websocket.WebSocket(skip_utf8_validation=True)
    client.settimeout(TIMEOUT)
    try:
        client.connect(f"{url}?EIO=4&transport=websocket")
        assert client.recv().startswith("0{")
        client.send("40")
        assert client.recv().startswith("40")
        yield client
    finally:
        client.shutdown()


def is_alive(client: Any) -> bool:
    """Return whether the server acknowledges an event."""
    client.send('427["event"]')
    received = client.recv()
    return bool(received == '437["received"]')


def is_closed(client: Any) -> bool:
    """Return whether the server closes the web socket; what it sends before does not count."""
    try:
        while client.recv() != "":
            pass
    except (websocket.WebSocketConnectionClosedException, OSError):
        pass
    return True


def peak(server: Server) -> int:
    """Return the most memory that the server has had, in MB."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", text)
    assert found is not None
    return int(found[1]) // 1000


@pytest.mark.parametrize(
    "frames",
    [
        *([""], ["x"], ["4" + "[" * 100_000], ["42" + "[" * 100_000], ["42" + "1" * 5000]),
        *(["42{}"], ["42[]"], ["44"], ["49"], [b"attachment"]),
        [f"45101-{_WITH_ATTACHMENT}"],
        [f"45999-{_WITH_ATTACHMENT}"],
        [f"451-{_WITH_ATTACHMENT}", '42["event"]'],
        ['451-["x",{"_placeholder":true,"num":7}]', b"attachment"],
    ],
)
def test_packets_that_cannot_be_read_close_the_connection(
    chat: Server, frames: list[str | bytes]
) -> None:
    """At once, and only that connection."""
    with connected(chat) as other, connected(chat) as client:
        for frame in frames:
            client.send(frame, 2 if isinstance(frame, bytes) else 1)
        assert is_closed(client)
        assert is_alive(other)


def test_attachments_of_a_packet_are_read(chat: Server) -> None:
    """As many and as large as the limits say."""
    with connected(chat) as client:
        client.send('45100-5["x",{"_placeholder":true,"num":0}]')
        for _ in range(100):
            client.send_binary(b"x" * 10_000)
        assert client.recv() == "435[10000]"


def test_attachments_take_bounded_memory(chat: Server) -> None:
    """A packet that announces more than it sends, and sends too much, is dropped."""
    before = peak(chat)
    with connected(chat) as client:
        client.send(f"45100-{_WITH_ATTACHMENT}")
        with suppress(OSError):  # the server has closed the connection
            for _ in range(99):
                client.send_binary(b"x" * 900_000)
    assert peak(chat) - before < 30


def test_client_that_does_not_read_is_disconnected(chat: Server) -> None:
    """What waits for it takes bounded memory; others go on."""
    before = peak(chat)
    with connected(chat) as other, connected(chat) as client:
        with suppress(OSError):  # the server has closed the connection
            for _ in range(30):
                client.send('42["flood"]')
        for _ in range(30):
            assert is_alive(other)
        assert is_closed(client)
    assert peak(chat) - before < 150


def test_rooms_of_a_connection_are_bounded(chat: Server) -> None:
    """One too many is refused, and so are all that its event asks for."""
    with connected(chat) as client:
        client.send('421["join",1000]')
        assert client.recv() == '431["received"]'
        client.send('422["join",1001]')
        assert client.recv() == "432[]"
        httpx.post(f"{chat.url}/say")
        assert client.recv() == '42["said",1]'


@needs_one_worker(POLLING)
def test_removal_of_a_namespace_disconnects_its_clients(chat: Server) -> None:
    """They are told not to come back by themselves; those of other namespaces stay."""
    url = f"{chat.url}/_ns/gone/socket.io/?EIO=4&transport=polling"
    waiting = httpx.get(url).text  # has not connected to Socket.IO yet
    session = re.search(r'"sid":"([^"]*)"', waiting)
    assert session is not None
    with connected(chat, "gone") as client, connected(chat, "kept") as other:
        assert httpx.delete(f"{chat.url}/_understudy/namespaces/gone").status_code == 204
        assert client.recv() == "41"
        assert is_closed(client)
        assert is_alive(other)
        while (response := httpx.post(f"{url}&sid={session[1]}", content="40")).is_success:
            pass
        assert response.status_code == 400
        with connected(chat, "gone") as again:
            assert is_alive(again)


@needs_one_worker(POLLING)
def test_number_of_clients_is_bounded(chat: Server) -> None:
    """One too many is 503; those that are connected go on, and others may take their places."""
    with connected(chat) as client:
        with httpx.Client(base_url=f"{chat.url}/_ns/crowd") as http:
            for _ in range(1001):
                response = http.get("/socket.io/?EIO=4&transport=polling")
        assert response.status_code == 503
        assert "1000 clients of Socket.IO" in response.json()["detail"]
        with pytest.raises(websocket.WebSocketBadStatusException), connected(chat):
            pass
        assert is_alive(client)
        httpx.delete(f"{chat.url}/_understudy/namespaces/crowd")
        with connected(chat) as other:
            assert is_alive(other)
