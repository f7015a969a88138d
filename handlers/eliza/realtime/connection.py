"""x"""

from __future__ import annotations

from typing import Any, Protocol


class Connection(Protocol):
    """A connection."""

    id: str
    data: dict[str, Any]

    def emit(self, event: str, payload: Any) -> None:
        """Tell it something."""

    def join(self, room: str) -> None:
        """Let it hear what is said in a room."""

    def leave(self, room: str) -> None:
        """Let it hear that no longer."""
