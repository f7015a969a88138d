"""The hooks for Socket.IO connections, and the handlers of their events.

The released server knows `message` with a type (1 joins, 2 sends), the same by the events `1` and
`2`, and three events about logs. The reference knows `join`, `leave`, `message` with a text and
`request-world-state`, which no released server does: persona `docs` knows both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy import Problem, World

from ..model.clock import milliseconds
from ..model.persona import is_release
from ..model.validation import is_uuid
from .channels import JOIN, SEND, join, leave, send, send_by_reference
from .connection import Connection
from .log_stream import subscribe_logs, unsubscribe_logs, update_log_filters
from .payload import is_plain_json
from .world_state import send_world_state


def on_connect(world: World, connection: Connection, auth: Any) -> None:
    """Accept a client. Raises Problem 401 in 1.7.2 without an entity id."""
    entity = auth.get("entityId") if isinstance(auth, dict) else None
    if is_uuid(entity):
        connection.data["entityId"] = entity
        now = milliseconds(world)
        connection.emit("authenticated", {"entityId": entity, "timestamp": now})
    elif is_release(world):
        raise Problem(401, "Valid entityId required", code="UNAUTHORIZED")
    greeting = {"message": "Connected to Eliza Socket.IO server", "socketId": connection.id}
    connection.emit("connection_established", greeting)


def on_event(world: World, connection: Connection, event: str, payload: Any) -> None:
    """Handle an event; unknown events are ignored."""
    handler = _EVENTS.get(event)
    if handler is None and not is_release(world):
        handler = _EVENTS_OF_REFERENCE.get(event)
    if handler is None:
        return
    if is_plain_json(payload):
        handler(world, connection, payload)
    else:
        connection.emit("messageError", {"error": "The payload is no JSON that can be answered"})


def on_disconnect(world: World, connection: Connection) -> None:
    """Forget the client."""
    connection.data.clear()


def _on_message(world: World, connection: Connection, payload: Any) -> None:
    if not isinstance(payload, dict):
        return
    if "type" in payload and "payload" in payload:
        kind = payload["type"]
        if kind is not True and kind == JOIN:
            join(world, connection, payload["payload"])
        elif kind == SEND:
            send(world, connection, payload["payload"])
    elif not is_release(world) and "text" in payload:
        send_by_reference(world, connection, payload)


_EVENTS: dict[str, Callable[[World, Connection, Any], None]] = {
    "message": _on_message,
    str(JOIN): join,
    str(SEND): send,
    "subscribe_logs": subscribe_logs,
    "unsubscribe_logs": unsubscribe_logs,
    "update_log_filters": update_log_filters,
}
_EVENTS_OF_REFERENCE: dict[str, Callable[[World, Connection, Any], None]] = {
    "join": join,
    "leave": leave,
    "request-world-state": send_world_state,
}
