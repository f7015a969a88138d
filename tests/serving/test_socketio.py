"""Socket.IO, by python-socketio's own client and a project whose handlers pass on what is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
import socketio

from tests.support.server import Server, run, running
from tests.support.socketio_client import EventQueue, SimpleSocketIOClient, SocketIOClient
from tests.support.timeouts import TIMEOUT

DOCUMENT = """
openapi: 3.0.3
info: {title: Parlour, version: "1"}
paths:
  /say/{room}:
    post:
      operationId: say
      parameters: [{name: room, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: said}, "409": {description: refused}}
"""

HANDLERS = """
from understudy import Problem


def on_connect(world, socket, auth):
    if not auth:
        raise Problem(401, "who are you?")
    socket.data["name"] = auth["name"]
    socket.emit("welcome", auth["name"])


def on_event(world, socket, event, payload):
    if event == "join":
        socket.join(payload)
    elif event == "leave":
        socket.leave(payload)
    elif event == "refuse":
        world.events.emit("parlour", "said", "never")
        raise Problem(400, "no")
    elif event == "fail":
        world.events.emit("parlour", "said", "never")
        raise ZeroDivisionError
    else:
        world.events.emit("parlour", "said", [socket.data["name"], payload], skip=socket.id)
    return "heard"


def on_disconnect(world, socket):
    world.events.emit("parlour", "gone", socket.data.get("name"))


def say(world, room):
    world.events.emit("parlour", "said", room)
    if room == "nothing":
        raise Problem(409, "refused")
    if room == "farewell":
        world.events.close("parlour")
"""


@pytest.fixture(scope="module")
def parlour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the project above."""
    project = tmp_path_factory.mktemp("parlour")
    write(project, "parlour")
    with running(str(project)) as server:
        yield server


def write(project: Path, name: str) -> None:
    """Add an API of this name to a project."""
    for folder in ("specs", "handlers"):
        (project / folder).mkdir(exist_ok=True)
    (project / "specs" / f"{name}.yaml").write_text(DOCUMENT.replace("say/", f"{name}/"))
    (project / "handlers" / f"{name}.py").write_text(HANDLERS)


class Guest:
    """A connected client and what it hears."""

    def __init__(self) -> None:
        self.client = SocketIOClient()
        self._received = EventQueue()
        self.client.on("*", self._received.put)

    def hears(self) -> tuple[str, Any]:
        """The next event."""
        return self._received.next()

    def hears_nothing(self) -> bool:
        """Whether nothing came, once the server has answered one more request."""
        self.client.call("join", "a room of its own")
        return self._received.is_empty()


@contextmanager
def guest(
    server: Server, name: str, namespace: str = "", transport: str = "websocket"
) -> Iterator[Guest]:
    """A guest in the parlour of a namespace, until the block ends."""
    guest = Guest()
    path = f"/_ns/{namespace}/socket.io" if namespace else "socket.io"
    guest.client.connect(
        server.url, auth={"name": name}, transports=[transport], socketio_path=path
    )
    try:
        assert guest.hears() == ("welcome", name)
        assert guest.client.call("join", "parlour") == "heard"
        yield guest
    finally:
        # Gracefully, a polling client waits for its last poll, which python-engineio answers at the
        # next ping.
        guest.client.eio.disconnect(abort=transport == "polling")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_what_is_said_is_heard_by_all_others(parlour: Server, transport: str) -> None:
    """A socket's event reaches the room but for its sender; a request's reaches all."""
    with (
        guest(parlour, "ann", f"said-{transport}", transport) as ann,
        guest(parlour, "bob", f"said-{transport}", transport) as bob,
    ):
        assert ann.client.call("talk", "hello") == "heard"
        assert bob.hears() == ("said", ["ann", "hello"])
        httpx.post(f"{parlour.url}/_ns/said-{transport}/parlour/all")
        assert ann.hears() == bob.hears() == ("said", "all")


def test_namespaces_hear_nothing_of_each_other(parlour: Server) -> None:
    """Rooms of the same name in two namespaces are two rooms."""
    with guest(parlour, "ann", "here") as ann, guest(parlour, "bob", "there") as bob:
        ann.client.call("talk", "hello")
        httpx.post(f"{parlour.url}/_ns/here/parlour/all")
        assert ann.hears() == ("said", "all")
        assert bob.hears_nothing()


def test_what_is_refused_is_not_told(parlour: Server) -> None:
    """An event of a handler that then refuses, or fails, reaches nobody."""
    with guest(parlour, "ann", "refused") as ann:
        assert ann.client.call("refuse") is None
        assert ann.client.call("fail") is None
        assert httpx.post(f"{parlour.url}/_ns/refused/parlour/nothing").status_code == 409
        assert ann.hears_nothing()


def test_who_leaves_a_room_hears_nothing_more(parlour: Server) -> None:
    """And who disconnects is gone."""
    with guest(parlour, "ann", "leaving") as ann:
        with guest(parlour, "bob", "leaving") as bob:
            bob.client.call("leave", "parlour")
            ann.client.call("talk", "hello")
            assert bob.hears_nothing()
        assert ann.hears() == ("gone", "bob")


def test_a_room_is_closed(parlour: Server) -> None:
    """Its sockets are told what was said before, and disconnected."""
    ended = Queue[str]()
    with guest(parlour, "ann", "closing") as ann:
        ann.client.on("disconnect", ended.put)
        httpx.post(f"{parlour.url}/_ns/closing/parlour/farewell")
        assert ann.hears() == ("said", "farewell")
        assert ended.get(timeout=TIMEOUT)


def test_a_reset_keeps_the_sockets(parlour: Server) -> None:
    """They hear of what happens in the new world."""
    with guest(parlour, "ann", "reset") as ann:
        httpx.post(f"{parlour.url}/_ns/reset/_understudy/reset")
        httpx.post(f"{parlour.url}/_ns/reset/parlour/all")
        assert ann.hears() == ("said", "all")


def test_a_connection_is_refused_with_its_reason(parlour: Server) -> None:
    """The problem's message is what the client is told."""
    client = SocketIOClient()
    reasons = Queue[Any]()
    client.on("connect_error", reasons.put)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(parlour.url, transports=["websocket"])
    assert reasons.get(timeout=TIMEOUT)["message"] == "who are you?"


def test_without_such_handlers_there_are_no_sockets(tmp_path: Path) -> None:
    """An API that receives nothing has no Socket.IO either."""
    write(tmp_path, "silent")
    (tmp_path / "handlers" / "silent.py").write_text("def say(world, room): ...")
    with running(str(tmp_path)) as server:
        assert httpx.get(f"{server.url}/socket.io/?EIO=4&transport=polling").status_code == 404
        with pytest.raises(socketio.exceptions.ConnectionError):
            SimpleSocketIOClient().connect(server.url, transports=["websocket"])


def test_only_one_api_has_sockets(tmp_path: Path) -> None:
    """Two that want them are told apart at the start."""
    write(tmp_path, "one")
    write(tmp_path, "two")
    ended = run("serve", "--port", "0", str(tmp_path))
    assert ended.returncode == 2
    assert "only one API can have the path /socket.io/" in ended.stderr
