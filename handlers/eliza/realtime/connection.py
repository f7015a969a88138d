"""The part of a Socket.IO connection that handlers use."""

from __future__ import annotations

from typing import Any, Protocol


class Connection(Protocol):
    """A connection of a client."""

    id: str
    data: dict[str, Any]

    def emit(self, event: str, payload: Any) -> None:
        """Send an event to the client."""

    def join(self, room: str) -> None:
        """Let the client receive the events of a room."""

    def leave(self, room: str) -> None:
        """Stop the client from receiving the events of a room."""
