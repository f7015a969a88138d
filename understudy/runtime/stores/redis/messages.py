"""Messages that the commits of all processes send."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.redis.servers.connection import Connection
from understudy.runtime.stores.redis.servers.server import FAILURES

#: Seconds between attempts to connect, and between looks whether to end.
_PAUSE = 0.25

#: How many looks in silence are enough to test the connection, and then to give it up.
_SILENT = 4

#: Seconds that the caller waits for the first subscription.
_FIRST = 2.0


class Subscription:
    """A thread with a connection of its own, which it replaces when it is lost.

    Messages may have been missed by then; `receive` is called without a namespace and a content to
    say so.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        channel: bytes,
        receive: Callable[[str, bytes], None],
    ) -> None:
        self._connect = connect
        self._channel = channel
        self._receive = receive
        self._closed = Event()
        self._tried = Event()
        self._thread = Thread(target=self._run, name="redis-messages", daemon=True)

    def start(self) -> None:
        """Subscribe; if Redis does not answer, the thread tries it again and again."""
        self._thread.start()
        self._tried.wait(_FIRST)

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        is_first = True
        while not self._closed.is_set():
            with suppress(StoreUnavailable, *FAILURES):
                connection = self._connect()
                try:
                    self._listen(connection, is_first)
                finally:
                    connection.close()
            is_first = False
            self._tried.set()
            self._closed.wait(_PAUSE)

    def _listen(self, connection: Connection, is_first: bool) -> None:
        """Deliver messages until the connection is lost, which raises an error of the driver."""
        connection.ask(b"SUBSCRIBE", self._channel)
        self._tried.set()
        if not is_first:
            self._receive("", b"")
        silent = 0
        while not self._closed.is_set():
            answer = connection.wait_for_answer(_PAUSE)
            silent = silent + 1 if answer is None else 0
            if silent == _SILENT:
                connection.send(b"PING")
            if silent == 2 * _SILENT:
                return
            if answer and answer[0] == b"message":
                namespace, _, content = answer[2].partition(b" ")
                self._receive(namespace.decode(), content)
