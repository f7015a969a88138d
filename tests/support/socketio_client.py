"""python-socketio's own client with long timeouts, and handlers called in order."""

from __future__ import annotations

from queue import Empty, Queue
from typing import Any

import engineio
import socketio

from tests.support.timeouts import TIMEOUT


class _OrderedEngine(engineio.Client):  # type: ignore[misc]
    """An engine that handles messages in the order of their arrival, not in a thread for each."""

    def _trigger_event(self, event: str, *arguments: Any, **options: Any) -> Any:
        return super()._trigger_event(event, *arguments, **{**options, "run_async": False})


class SocketIOClient(socketio.Client):  # type: ignore[misc]
    """A client that calls its handlers in the order of the events, and waits for its connection
    until it must be a hang."""

    def __init__(self, **options: Any) -> None:
        super().__init__(reconnection=False, request_timeout=TIMEOUT, **options)

    def _engineio_client_class(self) -> Any:
        return _OrderedEngine

    def connect(self, url: str, **options: Any) -> None:
        """Connect to a server."""
        super().connect(url, **{**options, "wait_timeout": TIMEOUT})


class SimpleSocketIOClient(socketio.SimpleClient):  # type: ignore[misc]
    """The library's simple client, on `SocketIOClient`."""

    client_class = SocketIOClient


class EventQueue:
    """The events that a client receives, in order."""

    def __init__(self) -> None:
        self._received: Queue[tuple[str, Any]] = Queue()

    def put(self, event: str, payload: Any = None) -> None:
        """Add an event; a handler of a client's `*`."""
        self._received.put((event, payload))

    def next(self) -> tuple[str, Any]:
        """Return the next event, once it has come."""
        return self._received.get(timeout=TIMEOUT)

    def is_empty(self) -> bool:
        """Return whether there is no unread event."""
        try:
            self._received.get_nowait()
        except Empty:
            return True
        return False
