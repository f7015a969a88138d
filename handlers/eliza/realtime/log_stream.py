"""x"""

from __future__ import annotations

from typing import Any

from understudy import World

from ..model.javascript import spread
from ..model.logs.levels import LEVELS
from ..model.logs.stream import log_room
from .connection import Connection


def subscribe_logs(world: World, socket: Connection, payload: Any) -> None:
    _watch(socket, {})
    told = {"subscribed": True, "message": "Successfully subscribed to log stream"}
    socket.emit("log_subscription_confirmed", told)


def unsubscribe_logs(world: World, socket: Connection, payload: Any) -> None:
    _watch(socket, None)
    told = {"subscribed": False, "message": "Successfully unsubscribed from log stream"}
    socket.emit("log_subscription_confirmed", told)


def update_log_filters(world: World, socket: Connection, payload: Any) -> None:
    filters = socket.data.get("logs")
    if filters is None:
        told: dict[str, Any] = {"success": False, "error": "Not subscribed to log stream"}
    else:
        filters = {**filters, **spread(payload)}
        _watch(socket, filters)
        told = {"success": True, "filters": filters}
    socket.emit("log_filters_updated", told)


def _watch(socket: Connection, filters: dict[str, Any] | None) -> None:
    """Listen to the entries of the log that pass the filters, and to no others."""
    before = socket.data.get("logs")
    if before is not None:
        socket.leave(log_room(before, LEVELS))
    socket.data["logs"] = filters
    if filters is not None:
        socket.join(log_room(filters, LEVELS))
