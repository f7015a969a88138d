"""All Socket.IO connections of an app.

An API takes part by hooks of its handlers package: `on_event(world, connection, event, payload)`,
whose value acknowledges the event; `on_connect(world, connection, auth)`, which may raise Problem
to refuse the connection; and `on_disconnect(world, connection)`. A connection belongs to the
namespace that its URL or header names, and receives no events of others. It also receives what
handlers of requests send by `world.events`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from understudy.errors import Problem, UsageError
from understudy.http.security import NO_TENANT
from understudy.runtime.events import Event
from understudy.runtime.namespaces.memory_registry import MemoryRegistry
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.socketio.connection import Connection

if TYPE_CHECKING:
    from socketio import AsyncServer

    from understudy.runtime.namespaces.stored.registry import StoredRegistry

log = logging.getLogger("understudy")
_quiet = logging.getLogger("understudy.socketio")
_quiet.setLevel(logging.CRITICAL)

#: The path that Socket.IO's clients request, below the namespace's prefix.
PATH = b"/socket.io/"

#: The number of clients at once.
MOST_CLIENTS = 1000
#: Bytes that wait for all clients together; beyond it the client with the most is disconnected.
MOST_WAITING_BYTES = 64_000_000

#: The key of a request's namespace in its ASGI scope.
_NAMESPACE = "understudy.namespace"

NO_SESSION = (
    "there is no session of this `sid`: it has ended, or another server has it; let the client use "
    "web sockets only, by `transports: ['websocket']`"
)
NO_POLLING = (
    "several workers serve this address, and each request of a polling client may reach another "
    "one; let the client use web sockets only, by `transports: ['websocket']`"
)

_PROTOCOL_ERROR = 1002
_TRY_AGAIN_LATER = 1013


def socketio_server(
    apis: Sequence[Api],
    namespaces: MemoryRegistry | StoredRegistry,
    *,
    only_web_sockets: bool = False,
) -> SocketIOServer | None:
    """Return the server of the API with the hook `on_event`, or None. The namespaces of its clients
    are kept. With `only_web_sockets`, polling is refused.

    Raises UsageError if two APIs have that hook.
    """
    with_events = [api for api in apis if api.on_event is not None]
    if len(with_events) > 1:
        raise UsageError(f"{with_events[1].name}: only one API can have the path {PATH.decode()}")
    return SocketIOServer(with_events[0], namespaces, only_web_sockets) if with_events else None


class SocketIOServer:
    """All connections of an app; python-socketio is imported for the first one."""

    def __init__(
        self, api: Api, namespaces: MemoryRegistry | StoredRegistry, only_web_sockets: bool
    ) -> None:
        self._api = api
        self._only_web_sockets = only_web_sockets
        self._namespaces = namespaces
        self._server: AsyncServer | None = None
        self._is_retired = False
        self._connections: dict[str, Connection] = {}
        self._counts: Counter[str] = Counter()
        self._pending: deque[tuple[str, Event]] = deque()
        self._delivery_task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        #: The hooks under way, after which the connections are in their rooms.
        self._hooks: set[asyncio.Future[None]] = set()

    def connect(self) -> None:
        """Receive what namespaces send, and disconnect the clients of those that are dropped."""
        self._namespaces.on_events = self._receive_events
        self._namespaces.on_drop = self.disconnect_namespace

    async def __call__(
        self, scope: dict[str, Any], receive: Any, send: Any, namespace: Namespace
    ) -> None:
        """Handle a request or a web socket of a Socket.IO client."""
        if self._only_web_sockets and scope["type"] == "http":
            raise Problem(400, NO_POLLING)
        if self._server is None:
            self._server = self._make_server()
        session = parse_qs(scope["query_string"]).get(b"sid")
        if session is not None and scope["type"] == "http":
            self._check_session(session[0].decode())
        if session is None and self._is_full():
            await _refuse(scope, receive, send)
            return
        scope = {**scope, _NAMESPACE: namespace.name}
        try:
            await self._server.handle_request(scope, receive, send)
        except Exception as error:
            if scope["type"] == "http" and isinstance(error, KeyError):
                raise Problem(400, NO_SESSION) from None
            if scope["type"] == "http":
                raise
            log.info("%s: a frame cannot be read: %s", self._api.name, error)
            for id_ in self._sessions(lambda environ: environ["asgi.scope"] is scope):
                await self._close(id_)
            await send({"type": "websocket.close", "code": _PROTOCOL_ERROR})
        if session is None and self._sessions(lambda environ: environ["asgi.scope"] is scope):
            await self._keep(namespace.name)

    def _check_session(self, id_: str) -> None:
        """Raise Problem 400 for the request of a polling client whose session is not here."""
        assert self._server is not None
        if id_ not in self._server.eio.sockets:
            raise Problem(400, NO_SESSION)

    def retire(self) -> None:
        """Leave the namespaces to another server. The clients are disconnected, and come back to
        that one by themselves."""
        for namespace in self._counts:
            self._namespaces.stop_listening(namespace, self._api.template)
        self._is_retired = True
        for id_ in self._sessions(lambda _: True):
            self._end(id_, "the server has been loaded anew", for_good=False)

    def disconnect_namespace(self, namespace: str) -> None:
        """Disconnect the clients of a namespace that is dropped."""
        for id_ in self._sessions(lambda e: e["asgi.scope"][_NAMESPACE] == namespace):
            self._end(id_, "its namespace was dropped")

    def _make_server(self) -> AsyncServer:
        from socketio import AsyncServer

        from understudy.serving.socketio.limits import MOST_PACKET_BYTES, BoundedPacket, Outbox

        server = AsyncServer(
            async_mode="asgi",
            serializer=BoundedPacket,
            async_handlers=False,  # one after the other, in the order in which the client sends
            cors_allowed_origins=[],  # `middleware.cors` decides, and writes the headers
            max_http_buffer_size=MOST_PACKET_BYTES,
            ping_interval=25,
            ping_timeout=20,
            logger=_quiet,  # else errors of clients are logged as ours, and twice
            engineio_logger=_quiet,
        )
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._receive)
        server.eio.create_queue = partial(Outbox, self._check_waiting)
        server.eio.on("message", partial(self._read, server.eio.handlers["message"]))
        return server

    async def _read(self, read: Callable[..., Any], id_: str, data: Any) -> None:
        """Read a packet; like Socket.IO's own server, end the session if that fails. The next one
        is read when the events of this one have left."""
        try:
            await read(id_, data)
        except Exception as error:
            self._end(id_, f"a packet cannot be read: {error}")
        if self._delivery_task is not None:
            await asyncio.wait([self._delivery_task])

    def _is_full(self) -> bool:
        assert self._server is not None
        sessions = self._server.eio.sockets
        return len(sessions) >= MOST_CLIENTS and (
            sum(not session.closed for session in sessions.values()) >= MOST_CLIENTS
        )

    def _check_waiting(self) -> None:
        """Disconnect the client that leaves most unread, if all together leave too much."""
        assert self._server is not None
        sessions = self._server.eio.sockets
        if sum(session.queue.size for session in sessions.values()) > MOST_WAITING_BYTES:
            id_ = max(sessions, key=lambda id_: sessions[id_].queue.size)
            sessions[id_].queue.close()
            self._end(id_, "it does not read what is sent")

    def _sessions(self, matches: Callable[[dict[str, Any]], bool]) -> list[str]:
        """Return the ids of the sessions of which the first request matches."""
        opened = {} if self._server is None else self._server.environ
        return [id_ for id_, environ in opened.items() if matches(environ)]

    def _end(self, id_: str, reason: str, *, for_good: bool = True) -> None:
        """End a session in the background."""
        log.info("%s: disconnected a client: %s", self._api.name, reason)
        task = asyncio.get_running_loop().create_task(self._close(id_, for_good=for_good))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self, id_: str, *, for_good: bool = True) -> None:
        """End a session. python-engineio alone would wait until the client closes the web socket,
        or reads the packets that wait for it. A client whose session ends `for_good` does not come
        back by itself."""
        assert self._server is not None
        connection = self._server.manager.sid_from_eio_sid(id_, "/")
        if connection is not None and for_good:
            await self._server.disconnect(connection)
        session = self._server.eio.sockets.get(id_)
        if session is not None:
            await session.close(wait=False, abort=not for_good)
            await session.queue.put(None)

    async def _connect(self, id_: str, environ: dict[str, Any], auth: Any = None) -> None:
        from socketio.exceptions import ConnectionRefusedError as Refusal

        scope = environ["asgi.scope"]
        namespace: str = scope[_NAMESPACE]
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        connection = Connection(id_, self._api, namespace, headers)
        self._connections[id_] = connection
        self._counts[namespace] += 1
        self._namespaces.listen(namespace, self._api.template)
        try:
            await self._call_hook(connection, self._api.on_connect, auth)
        except Problem as problem:
            self._remove(connection)
            raise Refusal(problem.message) from None
        await self._keep(namespace)

    async def _keep(self, namespace: str) -> None:
        """Keep the namespace of a client, also if no hook has worked on it."""
        with suppress(StoreUnavailable):
            await self._namespaces.transact(namespace, lambda _: None)
            self._namespaces.keep(self._namespaces.get(namespace))

    async def _disconnect(self, id_: str, reason: Any = None) -> None:
        connection = self._connections.get(id_)
        if connection is not None:
            await self._call_hook(connection, self._api.on_disconnect)
            self._remove(connection)

    def _remove(self, connection: Connection) -> None:
        del self._connections[connection.id]
        self._counts[connection.namespace] -= 1
        if not self._counts[connection.namespace]:
            del self._counts[connection.namespace]
            if not self._is_retired:
                self._namespaces.stop_listening(connection.namespace, self._api.template)

    async def _receive(self, event: str, id_: str, *payload: Any) -> Any:
        connection = self._connections.get(id_)
        if connection is None:
            return None
        first = payload[0] if payload else None
        try:
            return await self._call_hook(connection, self._api.on_event, event, first)
        except Problem as problem:
            log.info("%s: %s refused: %s", self._api.name, event, problem.message)
            return None

    async def _call_hook(
        self, connection: Connection, hook: Callable[..., Any] | None, *arguments: Any
    ) -> Any:
        """Return the value of a hook, and commit its writes; roll them back if it fails.

        Raises Problem.
        """
        if hook is None:
            return None
        rooms, data = set(connection.joined), dict(connection.data)

        def work(namespace: Namespace) -> Any:
            connection.joined, connection.data = set(rooms), dict(data)  # as if it were the first
            world = connection.world = self._api.world(namespace, NO_TENANT)
            if world.work.due <= world.clock.now():
                namespace.do_due_work()
            return _outcome(world, hook, connection, *arguments)

        done = asyncio.get_running_loop().create_future()
        self._hooks.add(done)
        try:
            value = await self._namespaces.transact(connection.namespace, work)
            if not isinstance(value, Problem):
                await self._update_rooms(connection, rooms)
                return value
        except StoreUnavailable as error:
            value = Problem(503, f"the store is not available: {error}")
        finally:
            self._hooks.discard(done)
            done.set_result(None)
        raise value

    async def _update_rooms(self, connection: Connection, before: set[str]) -> None:
        assert self._server is not None
        for room in connection.joined - before:
            await self._server.enter_room(connection.id, _qualified(connection.namespace, room))
        for room in before - connection.joined:
            await self._server.leave_room(connection.id, _qualified(connection.namespace, room))

    def _receive_events(self, namespace: str, api: str, events: list[Event]) -> None:
        """Send events in the order of the commits, in a task of their own."""
        if not self._counts[namespace]:
            return
        self._pending += ((namespace, event) for event in events)
        if self._delivery_task is None or self._delivery_task.done():
            self._delivery_task = asyncio.get_running_loop().create_task(self._deliver())

    async def _deliver(self) -> None:
        assert self._server is not None
        while self._pending:
            if self._hooks:
                await asyncio.wait(list(self._hooks))
            namespace, event = self._pending.popleft()
            room = (
                event.room if event.room in self._connections else _qualified(namespace, event.room)
            )
            if event.name is None:
                await self._disconnect_room(namespace, event.room)
            else:
                await self._server.emit(event.name, event.payload, room=room, skip_sid=event.skip)

    async def _disconnect_room(self, namespace: str, room: str) -> None:
        assert self._server is not None
        for connection in list(self._connections.values()):
            if connection.namespace == namespace and room in connection.joined:
                await self._server.disconnect(connection.id)


def _outcome(world: World, hook: Callable[..., Any], *arguments: Any) -> Any:
    """Return the value of a hook, or the Problem that it raised; commit what it wrote, or not."""
    try:
        value = hook(world, *arguments)
    except Problem as problem:
        world.rollback()
        return problem
    except Exception:
        log.exception("%s failed", hook.__name__)
        world.rollback()
        return None
    world.commit()
    return value


def _qualified(namespace: str, room: str) -> str:
    """Return a room's name with that of its namespace; python-socketio has one set of rooms."""
    return f"{namespace} {room}"


async def _refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse one client too many. Raises Problem 503, but for a web socket."""
    if scope["type"] == "http":
        raise Problem(503, f"there are {MOST_CLIENTS} clients of Socket.IO already")
    await receive()
    await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
