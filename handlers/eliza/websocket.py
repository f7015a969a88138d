"""The reference's operation for real-time connections, which no released server has as a route."""

from __future__ import annotations

from typing import Any

from understudy import Problem, World


def connect_websocket(world: World) -> Any:
    """Raise Problem 404 with the path of Socket.IO: a plain request cannot become a connection."""
    raise Problem(404, "Connect by Socket.IO, at /socket.io/", code="NOT_FOUND")
