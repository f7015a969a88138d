"""A Socket.IO connection as the hooks of a handlers package see it."""

from __future__ import annotations

from typing import Any

from understudy.errors import Problem
from understudy.runtime.world import World
from understudy.serving.api import Api

#: The number of rooms that one connection may be in, and the length of their names.
MOST_ROOMS, LONGEST_NAME = 1000, 1000


class Connection:
    """A connection as a hook sees it. Its events are sent with the world's, after the commit."""

    def __init__(self, id_: str, api: Api, namespace: str, headers: dict[str, str]) -> None:
        self.id = id_
        self.api = api
        #: The name of its namespace.
        self.namespace = namespace
        #: The headers of the handshake, by their names in lower case.
        self.headers = headers
        #: Values that hooks keep with this connection.
        self.data: dict[str, Any] = {}
        self.joined: set[str] = set()
        #: The world that the present hook works on.
        self.world: World

    def emit(self, event: str, payload: Any) -> None:
        """Send an event to this connection only."""
        self.world.events.emit(self.id, event, payload)

    def join(self, room: str) -> None:
        """Receive the events of a room. Raises Problem 409 if that are too many, or the name is too
        long."""
        if len(room) > LONGEST_NAME:
            raise Problem(409, f"the name of a room has at most {LONGEST_NAME} characters")
        if len(self.joined) >= MOST_ROOMS and room not in self.joined:
            raise Problem(409, f"a connection may be in at most {MOST_ROOMS} rooms")
        self.joined.add(room)

    def leave(self, room: str) -> None:
        """Stop receiving the events of a room."""
        self.joined.discard(room)
