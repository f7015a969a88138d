"""A TCP proxy that stalls, cuts, refuses or delays what passes through it."""

from __future__ import annotations

import math
import selectors
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic

_SIZE = 65_536


class _Pipe:
    """One direction of a connection: what was read from one side, and when to send it on."""

    __slots__ = ("source", "target", "waiting")

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self.source, self.target = source, target
        #: Data and the time to send it; no data means that the source has closed.
        self.waiting: deque[tuple[float, bytes]] = deque()


class StallingProxy:
    """A proxy on `port` for a server on 127.0.0.1, in a thread of its own.

    `delay` is in seconds for each direction. Use it in a `with` block: see `stalling_proxy`.
    """

    def __init__(self, target: int) -> None:
        self.delay = 0.0
        #: The number of connections so far.
        self.accepted = 0
        self._target = target
        self._stalled = False
        self._refuses = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._pipes: set[_Pipe] = set()
        self._wake, self._woken = socket.socketpair()
        self._calls: SimpleQueue[tuple[Callable[[], object], Event]] = SimpleQueue()
        self._thread = Thread(target=self._run)
        self._ended = False

    def stall(self) -> None:
        """Hold back everything; connections are accepted."""
        self._call(lambda: setattr(self, "_stalled", True))

    def resume(self) -> None:
        """Send on what was held back, in both directions, and accept connections."""
        self._call(self._resume)

    def cut(self) -> None:
        """Close all connections, without what was not yet sent on."""
        self._call(self._close_all)

    def refuse(self) -> None:
        """Close all connections, and new ones at once, until `resume`."""
        self._call(lambda: setattr(self, "_refuses", True))
        self.cut()

    def start(self) -> None:
        """Start the thread."""
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread.start()

    def close(self) -> None:
        """End the thread and close all connections."""
        self._call(lambda: setattr(self, "_ended", True))
        self._thread.join()

    def _call(self, function: Callable[[], object]) -> None:
        """Run a function in the thread, and wait for it."""
        done = Event()
        self._calls.put((function, done))
        self._wake.send(b"!")
        done.wait()

    def _run(self) -> None:
        while not self._ended:
            for key, _ in self._selector.select(self._seconds()):
                self._handle(key)
            if not self._stalled:
                for pipe in tuple(self._pipes):
                    self._send_due(pipe)
        self._close_all()
        for open_ in (self._listener, self._wake, self._woken, self._selector):
            open_.close()

    def _seconds(self) -> float | None:
        """Return how long nothing has to be sent on; None if nothing waits."""
        due = min((p.waiting[0][0] for p in self._pipes if p.waiting), default=math.inf)
        return None if self._stalled or due == math.inf else max(due - monotonic(), 0)

    def _handle(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._woken:
            self._woken.recv(1)
            function, done = self._calls.get()
            function()
            done.set()
        elif key.fileobj is self._listener:
            self._accept()
        elif key.data in self._pipes:
            self._read(key.data)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        self.accepted += 1
        try:
            if self._refuses:
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            client.close()
            return
        for source, target in ((client, server), (server, client)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pipe = _Pipe(source, target)
            self._pipes.add(pipe)
            self._selector.register(source, selectors.EVENT_READ, pipe)

    def _read(self, pipe: _Pipe) -> None:
        try:
            data = pipe.source.recv(_SIZE)
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(pipe.source)
        pipe.waiting.append((monotonic() + self.delay, data))

    def _send_due(self, pipe: _Pipe) -> None:
        while pipe.waiting and pipe.waiting[0][0] <= monotonic() and pipe in self._pipes:
            data = pipe.waiting.popleft()[1]
            try:
                if not data:
                    raise ConnectionResetError
                pipe.target.sendall(data)
            except OSError:
                self._close(pipe)

    def _close(self, pipe: _Pipe) -> None:
        """Close both directions of a connection."""
        for other in tuple(self._pipes):
            if other.source in (pipe.source, pipe.target):
                self._pipes.discard(other)
                with suppress(KeyError):
                    self._selector.unregister(other.source)
                other.source.close()

    def _close_all(self) -> None:
        for pipe in tuple(self._pipes):
            self._close(pipe)

    def _resume(self) -> None:
        self._stalled = self._refuses = False


@contextmanager
def stalling_proxy(target: int) -> Iterator[StallingProxy]:
    """Run a proxy for a port, until the block ends."""
    proxy = StallingProxy(target)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()
