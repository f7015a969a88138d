"""One server of Redis: its idle connections, and whether it answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any

from redis import exceptions

from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.redis.servers.connection import Connection

#: Seconds between attempts to reach a server that does not answer.
_PAUSE = 0.25

#: What connecting or a trip may raise.
FAILURES = (exceptions.RedisError, OSError)


class Server:
    """A server, with a connection for each session that runs.

    Once it does not answer in time, or cannot be connected to, `acquire` fails at once, until a
    thread that pings it has an answer.
    """

    def __init__(self, label: str, connect: Callable[[], Connection]) -> None:
        self.label = label
        self._connect = connect
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._reason: str | None = None
        self._closed = Event()

    def acquire(self) -> Connection:
        """Return a connection that nobody else uses. Raises StoreUnavailable."""
        if self._reason is not None:
            raise StoreUnavailable(self._reason)
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()  # the one that was used last
                if connection.is_usable():
                    return connection
                connection.close()
        return self.connect()

    def connect(self) -> Connection:
        """Return a new connection. Raises StoreUnavailable."""
        try:
            return self._connect()
        except FAILURES as error:
            raise self._failed(error) from None

    def release(self, connection: Connection) -> None:
        """Take back a connection that works, to be used again."""
        connection.set_aside()
        self._idle.append(connection)
        if self._closed.is_set():
            self.discard_idle()

    def lost(self, error: Exception) -> StoreUnavailable:
        """Return what to raise for a trip that failed. Other idle connections are closed, because
        they are probably as dead."""
        if isinstance(error, exceptions.TimeoutError):
            return self._failed(error)
        self.discard_idle()
        return self.unavailable(error)

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """Return an error of this server as one sentence."""
        words = " ".join(str(error).partition(" script: ")[0].split()) or type(error).__name__
        return StoreUnavailable(f"{self.label} failed: {words[:200]}")

    def ask(self, *words: bytes) -> Any:
        """Run one command and return its answer. Raises StoreUnavailable."""
        connection = self.acquire()
        try:
            answer = connection.ask(*words)
        except FAILURES as error:
            connection.close()
            raise self.lost(error) from None
        self.release(connection)
        return answer

    def _failed(self, error: Exception) -> StoreUnavailable:
        """Refuse sessions from now on, and begin to ping."""
        unavailable = self.unavailable(error)
        with self._lock:
            if self._reason is None and not self._closed.is_set():
                self._reason = str(unavailable)
                Thread(target=self._ping_until_it_answers, name="redis-ping", daemon=True).start()
        self.discard_idle()
        return unavailable

    def _ping_until_it_answers(self) -> None:
        while not self._closed.is_set():
            try:
                connection = self._connect()
                connection.ask(b"PING")
            except FAILURES as error:
                self._reason = str(self.unavailable(error))
                self._closed.wait(_PAUSE)
            else:
                self._reason = None
                self.release(connection)
                return

    def discard_idle(self) -> None:
        """Close the connections that nobody uses."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def close(self) -> None:
        """Disconnect, and end the thread."""
        self._closed.set()
        self.discard_idle()
