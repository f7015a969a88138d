"""Events about the stream of log entries: subscribe, unsubscribe, and change filters."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..model.javascript import spread
from ..model.logs.levels import LEVELS
from ..model.logs.stream import log_room
from .connection import Connection


def subscribe_logs(world: World, connection: Connection, payload: Any) -> None:
    """Start to send log entries to the client."""
    _watch(connection, {})
    response = {"subscribed": True, "message": "Successfully subscribed to log stream"}
    connection.emit("log_subscription_confirmed", response)


def unsubscribe_logs(world: World, connection: Connection, payload: Any) -> None:
    """Stop sending log entries to the client."""
    _watch(connection, None)
    response = {"subscribed": False, "message": "Successfully unsubscribed from log stream"}
    connection.emit("log_subscription_confirmed", response)


def update_log_filters(world: World, connection: Connection, payload: Any) -> None:
    """Change the filters of a client that has subscribed."""
    filters = connection.data.get("logs")
    if filters is None:
        response: dict[str, Any] = {"success": False, "error": "Not subscribed to log stream"}
    else:
        filters = {**filters, **spread(payload)}
        _watch(connection, filters)
        response = {"success": True, "filters": filters}
    connection.emit("log_filters_updated", response)


def _watch(connection: Connection, filters: dict[str, Any] | None) -> None:
    """Receive the log entries that pass the filters, and no others; None to stop."""
    before = connection.data.get("logs")
    if before is not None:
        connection.leave(log_room(before, LEVELS))
    connection.data["logs"] = filters
    if filters is not None:
        connection.join(log_room(filters, LEVELS))
