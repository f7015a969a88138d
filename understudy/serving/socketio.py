"""Real time: Socket.IO (protocol 5, as its releases 3 and 4 speak it) at `/socket.io/`, by
python-socketio.

An API takes part by functions of its handlers package: `on_event(world, socket, event, payload)`,
whose value acknowledges the event, and, where it wants them, `on_connect(world, socket, auth)`,
which refuses a connection by a Problem, and `on_disconnect(world, socket)`. A socket belongs to
the namespace that its URL or header names; it sees nothing of others. What handlers of requests
say by `world.events` reaches it too.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem, UsageError
from understudy.http.security import NO_TENANT
from understudy.runtime.events import Event
from understudy.runtime.namespace import Namespace
from understudy.runtime.world import World
from understudy.serving.api import Api

if TYPE_CHECKING:
    from socketio import AsyncServer

log = logging.getLogger("understudy")
_quiet = logging.getLogger("understudy.socketio")
_quiet.setLevel(logging.CRITICAL)

#: Where Socket.IO's clients look for it, below the namespace's prefix.
PATH = b"/socket.io/"

#: Bytes of the largest packet that is read.
MOST_PACKET_BYTES = 1_000_000


class Connection:
    """One connection as a handler sees it. What it is told leaves with the world's events, once
    what was written is kept."""

    def __init__(self, id_: str, api: Api, namespace: Namespace, headers: dict[str, str]) -> None:
        self.id = id_
        self.api = api
        self.namespace = namespace
        #: The headers of the handshake, by their names in lower case.
        self.headers = headers
        #: What a handler wants to remember of this connection.
        self.data: dict[str, Any] = {}
        self.joined: set[str] = set()

    @property
    def world(self) -> World:
        """The world that the connection belongs to now: a reset makes a new one."""
        return self.api.world(self.namespace, NO_TENANT)

    def emit(self, event: str, payload: Any) -> None:
        """Send an event to this connection alone."""
        self.world.events.emit(self.id, event, payload)

    def join(self, room: str) -> None:
        """Receive what is said in a room."""
        self.joined.add(room)

    def leave(self, room: str) -> None:
        """Receive it no longer."""
        self.joined.discard(room)


def socketio_server(apis: Sequence[Api]) -> SocketIOServer | None:
    """The server of the API that has a hook for events. Raises UsageError where two have."""
    found = [api for api in apis if api.on_event is not None]
    if len(found) > 1:
        raise UsageError(f"{found[1].name}: only one API can have the path {PATH.decode()}")
    return SocketIOServer(found[0]) if found else None


class SocketIOServer:
    """All connections of an app; nothing of it is there before the first one."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._server: AsyncServer | None = None
        self._sockets: dict[str, Connection] = {}
        self._counts: Counter[Namespace] = Counter()
        self._pending: deque[tuple[Namespace, Event]] = deque()
        self._delivery: asyncio.Task[None] | None = None

    async def __call__(
        self, scope: dict[str, Any], receive: Any, send: Any, namespace: Any
    ) -> None:
        """One request or connection of a Socket.IO client."""
        if self._server is None:
            self._server = self._started()
        await self._server.handle_request(
            {**scope, "understudy.namespace": namespace}, receive, send
        )

    def _started(self) -> AsyncServer:
        from socketio import AsyncServer

        server = AsyncServer(
            async_mode="asgi",
            async_handlers=False,  # one after the other, in the order of the client
            cors_allowed_origins="*",
            max_http_buffer_size=MOST_PACKET_BYTES,
            ping_interval=25,
            ping_timeout=20,
            logger=_quiet,  # else what its clients do wrong is told as our errors, and twice
            engineio_logger=_quiet,
        )
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._receive)
        return server

    async def _connect(self, id_: str, environ: dict[str, Any], auth: Any = None) -> None:
        from socketio.exceptions import ConnectionRefusedError as Refused

        scope = environ["asgi.scope"]
        namespace: Namespace = scope["understudy.namespace"]
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        socket = Connection(id_, self._api, namespace, headers)
        self._sockets[id_] = socket
        self._counts[namespace] += 1
        namespace.set_listener(self._api.name, partial(self._take, namespace))
        try:
            await self._perform(socket, self._api.on_connect, auth)
        except Problem as problem:
            self._forget(socket)
            raise Refused(problem.message) from None

    async def _disconnect(self, id_: str, reason: Any = None) -> None:
        socket = self._sockets.get(id_)
        if socket is not None:
            await self._perform(socket, self._api.on_disconnect)
            self._forget(socket)

    def _forget(self, socket: Connection) -> None:
        del self._sockets[socket.id]
        self._counts[socket.namespace] -= 1
        if not self._counts[socket.namespace]:
            del self._counts[socket.namespace]
            socket.namespace.set_listener(self._api.name, None)

    async def _receive(self, event: str, id_: str, *payload: Any) -> Any:
        socket = self._sockets.get(id_)
        if socket is None:
            return None
        told = payload[0] if payload else None
        try:
            return await self._perform(socket, self._api.on_event, event, told)
        except Problem as problem:
            log.info("%s: %s refused: %s", self._api.name, event, problem.message)
            return None

    async def _perform(
        self, socket: Connection, handler: Callable[..., Any] | None, *arguments: Any
    ) -> Any:
        """What the handler says; all that it wrote is kept, or none of it. Raises Problem."""
        if handler is None:
            return None
        world, rooms = socket.world, set(socket.joined)
        try:
            told = handler(world, socket, *arguments)
        except Problem:
            world.rollback()
            raise
        except Exception:
            log.exception("%s failed", handler.__name__)
            world.rollback()
            return None
        await self._move(socket, rooms)
        world.commit()
        return told

    async def _move(self, socket: Connection, before: set[str]) -> None:
        assert self._server is not None
        for room in socket.joined - before:
            await self._server.enter_room(socket.id, _within(socket.namespace, room))
        for room in before - socket.joined:
            await self._server.leave_room(socket.id, _within(socket.namespace, room))

    def _take(self, namespace: Namespace, events: list[Event]) -> None:
        """Deliver in the order of the commits, after whatever runs now."""
        self._pending += ((namespace, event) for event in events)
        if self._delivery is None or self._delivery.done():
            self._delivery = asyncio.get_running_loop().create_task(self._deliver())

    async def _deliver(self) -> None:
        assert self._server is not None
        while self._pending:
            namespace, event = self._pending.popleft()
            room = event.room if event.room in self._sockets else _within(namespace, event.room)
            if event.name is None:
                await self._hang_up(namespace, event.room)
            else:
                await self._server.emit(event.name, event.payload, room=room, skip_sid=event.skip)

    async def _hang_up(self, namespace: Namespace, room: str) -> None:
        assert self._server is not None
        for socket in list(self._sockets.values()):
            if socket.namespace is namespace and room in socket.joined:
                await self._server.disconnect(socket.id)


def _within(namespace: Namespace, room: str) -> str:
    """The room of that name in a namespace, apart from those of all others."""
    return f"{namespace.name} {room}"
