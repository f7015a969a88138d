"""What handlers tell those who listen in real time, once their writes are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Event(NamedTuple):
    """Something for the listeners in a room: an event by name with its payload (plain JSON), but
    not for the listener `skip`; or, without a name, the end of their connections."""

    room: str
    name: str | None
    payload: Any = None
    skip: str | None = None


#: Who takes the events of each commit, in their order.
Listener = Callable[[list[Event]], None]


class Events:
    """The events of one world. Where nobody listens, they cost next to nothing."""

    __slots__ = ("listener", "pending")

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.pending: list[Event] = []

    def emit(self, room: str, event: str, payload: Any, *, skip: str | None = None) -> None:
        """Tell the listeners in `room`, but for `skip`, once what is written is kept."""
        if self.listener is not None:
            self.pending.append(Event(room, event, payload, skip))

    def close(self, room: str) -> None:
        """End the connections of the listeners in `room`, once what is written is kept."""
        if self.listener is not None:
            self.pending.append(Event(room, None))

    def flush(self) -> None:
        """Hand over what is pending."""
        pending, self.pending = self.pending, []
        if pending and self.listener is not None:
            self.listener(pending)

    def drop(self) -> None:
        """Forget what is pending."""
        self.pending.clear()
