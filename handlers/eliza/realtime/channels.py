"""x"""

from __future__ import annotations

from typing import Any

from understudy import Problem, World

from ..model.channels.messages import post
from ..model.clock import milliseconds
from ..model.javascript import as_text, defined, spread, truthy
from ..model.messaging.posting import ensure_channel
from ..model.messaging.replies import answer_all
from ..model.servers import DEFAULT_SERVER
from ..model.validation import is_uuid
from .connection import Connection

JOIN, SEND = 1, 2
_INCOMPLETE = (
    "For SEND_MESSAGE: channelId, messageServerId (message_server_id), senderId (author_id), and "
    "message are required."
)


def join(world: World, socket: Connection, payload: Any) -> None:
    if not isinstance(payload, dict):
        return
    channel_id = payload.get("channelId") or payload.get("roomId")
    if not truthy(channel_id):
        socket.emit("messageError", {"error": "channelId is required for joining."})
        return
    room = channel_id if isinstance(channel_id, str) else as_text_of(channel_id)
    socket.join(room)
    told = defined(
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


def leave(world: World, socket: Connection, payload: Any) -> None:
    room = spread(payload).get("roomId") or spread(payload).get("channelId")
    if isinstance(room, str):
        socket.leave(room)


def send_by_reference(world: World, socket: Connection, payload: Any) -> None:
    given = {"roomId": "channelId", "userId": "senderId", "name": "senderName", "text": "message"}
    told = {name: payload[theirs] for theirs, name in given.items() if theirs in payload}
    rest = {name: value for name, value in payload.items() if name not in given}
    send(world, socket, {"messageServerId": DEFAULT_SERVER, **rest, **told})


def send(world: World, socket: Connection, payload: Any) -> None:
    if not isinstance(payload, dict):
        return
    channel_id, text = payload.get("channelId") or payload.get("roomId"), payload.get("message")
    ids = (channel_id, payload.get("messageServerId"), payload.get("senderId"))
    if not (all(map(is_uuid, ids)) and truthy(text)):
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
        _post(world, socket, payload, channel, metadata)


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


def _post(world: World, socket: Connection, payload: Any, channel_id: str, metadata: Any) -> None:
    now, text, name = milliseconds(world), payload["message"], payload.get("senderName")
    source = payload.get("source") or "socketio_client"
    theirs, attachments = payload.get("messageId"), payload.get("attachments")
    about = defined(
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
    told = defined(
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
    socket.emit("messageBroadcast", {**told, **defined(clientMessageId=theirs)})
    acknowledged = defined(
        clientMessageId=theirs,
        messageId=message["id"],
        status="received_by_server_and_processing",
        channelId=channel_id,
        roomId=channel_id,
    )
    socket.emit("messageAck", acknowledged)
    if isinstance(text, str):
        answer_all(world, message, payload["messageServerId"])
