"""Socket.IO: python-socketio's client and a project whose hooks pass events on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
import socketio

from tests.support.chosen_store import POLLING, needs_one_worker
from tests.support.server import Server, run, running
from tests.support.socketio_client import EventQueue, SimpleSocketIOClient, SocketIOClient
from tests.support.timeouts import TIMEOUT

DOCUMENT = """
openapi: 3.0.3
info: {title: Chat, version: "1"}
paths:
  /send/{room}:
    post:
      operationId: send
      parameters: [{name: room, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: Sent.}, "409": {description: Refused.}}
"""

HANDLERS = """
from understudy import Problem


def on_connect(world, connection, auth):
    if not auth:
        raise Problem(401, "a name is missing")
    connection.data["name"] = auth["name"]
    connection.emit("welcome", auth["name"])


def on_event(world, connection, event, payload):
    if event == "join":
        connection.join(payload)
    elif event == "leave":
        connection.leave(payload)
    elif event == "refuse":
        world.events.emit("chat", "message", "never")
        raise Problem(400, "no")
    elif event == "fail":
        world.events.emit("chat", "message", "never")
        raise ZeroDivisionError
    else:
        world.events.emit("chat", "message", [connection.data["name"], payload], skip=connection.id)
    return "received"


def on_disconnect(world, connection):
    world.events.emit("chat", "gone", connection.data.get("name"))


def send(world, room):
    world.events.emit("chat", "message", room)
    if room == "nothing":
        raise Problem(409, "refused")
    if room == "farewell":
        world.events.close("chat")
"""


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the project above."""
    project = tmp_path_factory.mktemp("chat")
    write(project, "chat")
    with running(str(project)) as server:
        yield server


def write(project: Path, name: str) -> None:
    """Add an API of this name to a project."""
    for folder in ("specs", "handlers"):
        (project / folder).mkdir(exist_ok=True)
    (project / "specs" / f"{name}.yaml").write_text(DOCUMENT.replace("send/", f"{name}/"))
    (project / "handlers" / f"{name}.py").write_text(HANDLERS)


class Client:
    """A Socket.IO client and the events that it has received."""

    def __init__(self) -> None:
        self.client = SocketIOClient()
        self._events = EventQueue()
        self.client.on("*", self._events.put)

    def receive(self) -> tuple[str, Any]:
        """Return the next event."""
        return self._events.next()

    def has_nothing(self) -> bool:
        """Return whether there is no event once the server has acknowledged one more of ours."""
        self.client.call("join", "a room of its own")
        return self._events.is_empty()


@contextmanager
def client(
    server: Server, name: str, namespace: str = "", transport: str = "websocket"
) -> Iterator[Client]:
    """A client in the room `chat` of a namespace, until the block ends."""
    guest = Client()
    path = f"/_ns/{namespace}/socket.io" if namespace else "socket.io"
    guest.client.connect(
        server.url, auth={"name": name}, transports=[transport], socketio_path=path
    )
    try:
        assert guest.receive() == ("welcome", name)
        assert guest.client.call("join", "chat") == "received"
        yield guest
    finally:
        # Gracefully, a polling client waits for its last poll, which python-engineio answers at the
        # next ping.
        guest.client.eio.disconnect(abort=transport == "polling")


@pytest.mark.parametrize(
    "transport",
    ["websocket", pytest.param("polling", marks=needs_one_worker(POLLING))],
)
def test_event_reaches_all_others_in_the_room(chat: Server, transport: str) -> None:
    """A client's event reaches the room except its sender; a request's event reaches all."""
    with (
        client(chat, "ann", f"message-{transport}", transport) as ann,
        client(chat, "bob", f"message-{transport}", transport) as bob,
    ):
        assert ann.client.call("talk", "hello") == "received"
        assert bob.receive() == ("message", ["ann", "hello"])
        httpx.post(f"{chat.url}/_ns/message-{transport}/chat/all")
        assert ann.receive() == bob.receive() == ("message", "all")


def test_rooms_belong_to_a_namespace(chat: Server) -> None:
    """Rooms with the same name in two namespaces are two rooms."""
    with client(chat, "ann", "here") as ann, client(chat, "bob", "there") as bob:
        ann.client.call("talk", "hello")
        httpx.post(f"{chat.url}/_ns/here/chat/all")
        assert ann.receive() == ("message", "all")
        assert bob.has_nothing()


def test_events_of_failed_hooks_are_dropped(chat: Server) -> None:
    """Events of a handler that raises a Problem are dropped, too."""
    with client(chat, "ann", "refused") as ann:
        assert ann.client.call("refuse") is None
        assert ann.client.call("fail") is None
        assert httpx.post(f"{chat.url}/_ns/refused/chat/nothing").status_code == 409
        assert ann.has_nothing()


def test_client_that_left_a_room_gets_no_events(chat: Server) -> None:
    """The hook gets the disconnect of such a client."""
    with client(chat, "ann", "leaving") as ann:
        with client(chat, "bob", "leaving") as bob:
            bob.client.call("leave", "chat")
            ann.client.call("talk", "hello")
            assert bob.has_nothing()
        assert ann.receive() == ("gone", "bob")


def test_closed_room_disconnects_its_clients(chat: Server) -> None:
    """They first receive the events before."""
    ended = Queue[str]()
    with client(chat, "ann", "closing") as ann:
        ann.client.on("disconnect", ended.put)
        httpx.post(f"{chat.url}/_ns/closing/chat/farewell")
        assert ann.receive() == ("message", "farewell")
        assert ended.get(timeout=TIMEOUT)


def test_reset_keeps_connections(chat: Server) -> None:
    """They receive the events of the new world."""
    with client(chat, "ann", "reset") as ann:
        httpx.post(f"{chat.url}/_ns/reset/_understudy/reset")
        httpx.post(f"{chat.url}/_ns/reset/chat/all")
        assert ann.receive() == ("message", "all")


def test_refused_connection_gets_the_reason(chat: Server) -> None:
    """It is the message of the Problem that the hook raises."""
    refused = SocketIOClient()
    errors = Queue[Any]()
    refused.on("connect_error", errors.put)
    with pytest.raises(socketio.exceptions.ConnectionError):
        refused.connect(chat.url, transports=["websocket"])
    assert errors.get(timeout=TIMEOUT)["message"] == "a name is missing"


def test_api_without_hooks_has_no_socketio(tmp_path: Path) -> None:
    """The path is not found, and a connection fails."""
    write(tmp_path, "silent")
    (tmp_path / "handlers" / "silent.py").write_text("def send(world, room): ...")
    with running(str(tmp_path)) as server:
        assert httpx.get(f"{server.url}/socket.io/?EIO=4&transport=polling").status_code == 404
        with pytest.raises(socketio.exceptions.ConnectionError):
            SimpleSocketIOClient().connect(server.url, transports=["websocket"])


def test_only_one_api_has_socketio(tmp_path: Path) -> None:
    """Two APIs with hooks cannot be served together."""
    write(tmp_path, "one")
    write(tmp_path, "two")
    completed = run("serve", "--port", "0", str(tmp_path))
    assert completed.returncode == 2
    assert "only one API can have the path /socket.io/" in completed.stderr
