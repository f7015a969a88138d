"""Events for real-time clients, sent after the store commits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Event(NamedTuple):
    """An event by name, with its payload (plain JSON), for the connections in a room, but not for
    the connection `skip`. Without a name, it closes the connections."""

    room: str
    name: str | None
    payload: Any = None
    skip: str | None = None


#: Receives the events of each commit, in their order.
Listener = Callable[[list[Event]], None]


class Events:
    """The events of one world; without a listener they are dropped at once."""

    __slots__ = ("listener", "pending")

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.pending: list[Event] = []

    def emit(self, room: str, event: str, payload: Any, *, skip: str | None = None) -> None:
        """Send an event to the connections in `room`, but not to `skip`, after the commit."""
        if self.listener is not None:
            self.pending.append(Event(room, event, payload, skip))

    def close(self, room: str) -> None:
        """Close the connections in `room` after the commit."""
        if self.listener is not None:
            self.pending.append(Event(room, None))

    def flush(self) -> None:
        """Pass the pending events to the listener."""
        pending, self.pending = self.pending, []
        if pending and self.listener is not None:
            self.listener(pending)

    def drop(self) -> None:
        """Drop the pending events."""
        self.pending.clear()
