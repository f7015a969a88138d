"""The Socket.IO side: who connects, joins channels, talks there and watches the log.

The released server knows `message` with a type (1 joins, 2 sends), the same by the events `1` and
`2`, and three events about logs. The reference knows `join`, `leave`, `message` with a text and
`request-world-state`, which no released server does: persona `docs` knows both.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Protocol

from understudy import Problem, World

from ._javascript import as_text, spread, truthy
from ._logrooms import log_room
from ._logs import LEVELS
from ._messages import post
from ._posting import ensure_channel
from ._replies import answer_all
from ._servers import DEFAULT_SERVER
from ._shapes import present
from ._state import milliseconds
from ._worldstate import world_state

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_JOINS, _SENDS = 1, 2
_INCOMPLETE = (
    "For SEND_MESSAGE: channelId, messageServerId (message_server_id), senderId (author_id), and "
    "message are required."
)
#: Levels of arrays and objects that a payload may nest, and the numbers that JSON can hold.
_DEEPEST = 500
_LARGEST = 2**63


class Socket(Protocol):
    """A connection."""

    id: str
    data: dict[str, Any]

    def emit(self, event: str, payload: Any) -> None:
        """Tell it something."""

    def join(self, room: str) -> None:
        """Let it hear what is said in a room."""

    def leave(self, room: str) -> None:
        """Let it hear that no longer."""


def on_connect(world: World, socket: Socket, auth: Any) -> None:
    """Welcome a client. The released server wants to know who it is, the reference does not."""
    entity = auth.get("entityId") if isinstance(auth, dict) else None
    if _is_uuid(entity):
        socket.data["entityId"] = entity
        now = milliseconds(world)
        socket.emit("authenticated", {"entityId": entity, "timestamp": now})
    elif world.persona == "1.7":
        raise Problem(401, "Valid entityId required", code="UNAUTHORIZED")
    told = {"message": "Connected to Eliza Socket.IO server", "socketId": socket.id}
    socket.emit("connection_established", told)


def on_event(world: World, socket: Socket, event: str, payload: Any) -> None:
    """Do what an event asks for; what no server knows is ignored in silence."""
    handler = _EVENTS.get(event)
    if handler is None and world.persona != "1.7":
        handler = _EVENTS_OF_REFERENCE.get(event)
    if handler is None:
        return
    if _is_plain_json(payload):
        handler(world, socket, payload)
    else:
        socket.emit("messageError", {"error": "The payload is no JSON that can be answered"})


def on_disconnect(world: World, socket: Socket) -> None:
    """Forget who it was."""
    socket.data.clear()


def _message(world: World, socket: Socket, payload: Any) -> None:
    if not isinstance(payload, dict):
        return
    if "type" in payload and "payload" in payload:
        kind = payload["type"]
        if kind is not True and kind == _JOINS:
            _join(world, socket, payload["payload"])
        elif kind == _SENDS:
            _send(world, socket, payload["payload"])
    elif world.persona != "1.7" and "text" in payload:
        _send_by_reference(world, socket, payload)


def _join(world: World, socket: Socket, payload: Any) -> None:
    if not isinstance(payload, dict):
        return
    channel_id = payload.get("channelId") or payload.get("roomId")
    if not truthy(channel_id):
        socket.emit("messageError", {"error": "channelId is required for joining."})
        return
    room = channel_id if isinstance(channel_id, str) else as_text_of(channel_id)
    socket.join(room)
    told = present(
        message=f"Socket {socket.id} successfully joined channel {room}.",
        channelId=channel_id,
        roomId=channel_id,
        agentId=payload.get("agentId") or None,
    )
    socket.emit("channel_joined", told)
    socket.emit("room_joined", told)


def as_text_of(value: Any) -> str:
    """The value as a name of a room."""
    return str(value) if isinstance(value, dict | list) else as_text(value)


def _leave(world: World, socket: Socket, payload: Any) -> None:
    room = spread(payload).get("roomId") or spread(payload).get("channelId")
    if isinstance(room, str):
        socket.leave(room)


def _send_by_reference(world: World, socket: Socket, payload: Any) -> None:
    given = {"roomId": "channelId", "userId": "senderId", "name": "senderName", "text": "message"}
    told = {name: payload[theirs] for theirs, name in given.items() if theirs in payload}
    rest = {name: value for name, value in payload.items() if name not in given}
    _send(world, socket, {"messageServerId": DEFAULT_SERVER, **rest, **told})


def _send(world: World, socket: Socket, payload: Any) -> None:
    if not isinstance(payload, dict):
        return
    channel_id, text = payload.get("channelId") or payload.get("roomId"), payload.get("message")
    ids = (channel_id, payload.get("messageServerId"), payload.get("senderId"))
    if not (all(map(_is_uuid, ids)) and truthy(text)):
        socket.emit("messageError", {"error": _INCOMPLETE})
        return
    if isinstance(text, dict | list):
        socket.emit("messageError", {"error": "Error processing your message: it is no text"})
        return
    channel, metadata = str(channel_id), spread(payload.get("metadata"))
    try:
        _ensure_channel(world, payload, channel, metadata)
    except Problem as problem:
        socket.emit("messageError", {"error": problem.message})
    else:
        _say(world, socket, payload, channel, metadata)


def _ensure_channel(world: World, payload: Any, channel_id: str, metadata: Any) -> None:
    other = metadata.get("targetUserId") or metadata.get("recipientId")
    ensure_channel(
        world,
        channel_id,
        payload["messageServerId"],
        payload["senderId"],
        metadata,
        "socketio_auto_creation",
        partner=other or payload.get("targetUserId"),
    )


def _say(world: World, socket: Socket, payload: Any, channel_id: str, metadata: Any) -> None:
    now, text, name = milliseconds(world), payload["message"], payload.get("senderName")
    source = payload.get("source") or "socketio_client"
    theirs, attachments = payload.get("messageId"), payload.get("attachments")
    about = present(
        user_display_name=name,
        socket_id=socket.id,
        messageServerId=payload["messageServerId"],
        attachments=attachments,
    )
    message = post(
        world,
        channel_id,
        payload["senderId"],
        text if isinstance(text, str) else as_text(text),
        metadata={**metadata, **about},
        source_type=as_text_of(source),
        source_id=as_text_of(theirs) if theirs else f"socketio-{now}-{world.ids.uuid()[:7]}",
        raw_message=payload,
        now=now,
    )
    told = present(
        id=message["id"],
        senderId=payload["senderId"],
        senderName=name or "User",
        text=text,
        channelId=channel_id,
        roomId=channel_id,
        messageServerId=payload["messageServerId"],
        createdAt=message["createdAt"],
        source=source,
        attachments=attachments or None,
    )
    world.events.emit(channel_id, "messageBroadcast", told, skip=socket.id)
    socket.emit("messageBroadcast", {**told, **present(clientMessageId=theirs)})
    acknowledged = present(
        clientMessageId=theirs,
        messageId=message["id"],
        status="received_by_server_and_processing",
        channelId=channel_id,
        roomId=channel_id,
    )
    socket.emit("messageAck", acknowledged)
    if isinstance(text, str):
        answer_all(world, message, payload["messageServerId"])


def _request_world_state(world: World, socket: Socket, payload: Any) -> None:
    room = spread(payload).get("roomId")
    socket.emit("world-state", world_state(world, room if isinstance(room, str) else None))


def _subscribe_logs(world: World, socket: Socket, payload: Any) -> None:
    _watch(socket, {})
    told = {"subscribed": True, "message": "Successfully subscribed to log stream"}
    socket.emit("log_subscription_confirmed", told)


def _unsubscribe_logs(world: World, socket: Socket, payload: Any) -> None:
    _watch(socket, None)
    told = {"subscribed": False, "message": "Successfully unsubscribed from log stream"}
    socket.emit("log_subscription_confirmed", told)


def _update_log_filters(world: World, socket: Socket, payload: Any) -> None:
    filters = socket.data.get("logs")
    if filters is None:
        told: dict[str, Any] = {"success": False, "error": "Not subscribed to log stream"}
    else:
        filters = {**filters, **spread(payload)}
        _watch(socket, filters)
        told = {"success": True, "filters": filters}
    socket.emit("log_filters_updated", told)


def _watch(socket: Socket, filters: dict[str, Any] | None) -> None:
    """Listen to the entries of the log that pass the filters, and to no others."""
    before = socket.data.get("logs")
    if before is not None:
        socket.leave(log_room(before, LEVELS))
    socket.data["logs"] = filters
    if filters is not None:
        socket.join(log_room(filters, LEVELS))


_EVENTS: dict[str, Callable[[World, Socket, Any], None]] = {
    "message": _message,
    str(_JOINS): _join,
    str(_SENDS): _send,
    "subscribe_logs": _subscribe_logs,
    "unsubscribe_logs": _unsubscribe_logs,
    "update_log_filters": _update_log_filters,
}
_EVENTS_OF_REFERENCE: dict[str, Callable[[World, Socket, Any], None]] = {
    "join": _join,
    "leave": _leave,
    "request-world-state": _request_world_state,
}


def _is_uuid(value: Any) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _is_plain_json(value: Any) -> bool:
    """Whether what came over a socket can go out as JSON again: bytes, numbers without bounds and
    broken text can not."""
    level = [value]
    for _ in range(_DEEPEST):
        if not all(map(_is_plain, level)):
            return False
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in ([*node, *node.values()] if isinstance(node, dict) else node)
        ]
        if not level:
            return True
    return False


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -_LARGEST <= value < 2 * _LARGEST
    return value is None or isinstance(value, dict | list)
