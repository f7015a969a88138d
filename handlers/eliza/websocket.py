"""The reference's operation for real-time connections, which no released server has as a route."""

from __future__ import annotations

from typing import Any

from understudy import Problem, World


def connect_websocket(world: World) -> Any:
    """Point to where Socket.IO is: a plain request cannot become a connection."""
    raise Problem(404, "Connect by Socket.IO, at /socket.io/", code="NOT_FOUND")
