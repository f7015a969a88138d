"""Events about channels: join, leave, and send a message."""

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


def join(world: World, connection: Connection, payload: Any) -> None:
    """Let the client receive the events of a channel, and confirm it by two events."""
    if not isinstance(payload, dict):
        return
    channel_id = payload.get("channelId") or payload.get("roomId")
    if not truthy(channel_id):
        connection.emit("messageError", {"error": "channelId is required for joining."})
        return
    room = channel_id if isinstance(channel_id, str) else as_text_of(channel_id)
    connection.join(room)
    joined = defined(
        message=f"Socket {connection.id} successfully joined channel {room}.",
        channelId=channel_id,
        roomId=channel_id,
        agentId=payload.get("agentId") or None,
    )
    connection.emit("channel_joined", joined)
    connection.emit("room_joined", joined)


def as_text_of(value: Any) -> str:
    """Return the value as the name of a room."""
    return str(value) if isinstance(value, dict | list) else as_text(value)


def leave(world: World, connection: Connection, payload: Any) -> None:
    """Stop the client from receiving the events of a channel."""
    room = spread(payload).get("roomId") or spread(payload).get("channelId")
    if isinstance(room, str):
        connection.leave(room)


def send_by_reference(world: World, connection: Connection, payload: Any) -> None:
    """Post a message with the fields of the reference."""
    names = {"roomId": "channelId", "userId": "senderId", "name": "senderName", "text": "message"}
    renamed = {new: payload[old] for old, new in names.items() if old in payload}
    rest = {name: value for name, value in payload.items() if name not in names}
    send(world, connection, {"messageServerId": DEFAULT_SERVER, **rest, **renamed})


def send(world: World, connection: Connection, payload: Any) -> None:
    """Post a message to a channel, which is created if it does not exist."""
    if not isinstance(payload, dict):
        return
    channel_id, text = payload.get("channelId") or payload.get("roomId"), payload.get("message")
    ids = (channel_id, payload.get("messageServerId"), payload.get("senderId"))
    if not (all(map(is_uuid, ids)) and truthy(text)):
        connection.emit("messageError", {"error": _INCOMPLETE})
        return
    if isinstance(text, dict | list):
        connection.emit("messageError", {"error": "Error processing your message: it is no text"})
        return
    channel, metadata = str(channel_id), spread(payload.get("metadata"))
    try:
        _ensure_channel(world, payload, channel, metadata)
    except Problem as problem:
        connection.emit("messageError", {"error": problem.message})
    else:
        _post(world, connection, payload, channel, metadata)


def _ensure_channel(world: World, payload: Any, channel_id: str, metadata: Any) -> None:
    partner = metadata.get("targetUserId") or metadata.get("recipientId")
    ensure_channel(
        world,
        channel_id,
        payload["messageServerId"],
        payload["senderId"],
        metadata,
        "socketio_auto_creation",
        partner=partner or payload.get("targetUserId"),
    )


def _post(
    world: World, connection: Connection, payload: Any, channel_id: str, metadata: Any
) -> None:
    now, text, name = milliseconds(world), payload["message"], payload.get("senderName")
    source = payload.get("source") or "socketio_client"
    client_id, attachments = payload.get("messageId"), payload.get("attachments")
    description = defined(
        user_display_name=name,
        socket_id=connection.id,
        messageServerId=payload["messageServerId"],
        attachments=attachments,
    )
    message = post(
        world,
        channel_id,
        payload["senderId"],
        text if isinstance(text, str) else as_text(text),
        metadata={**metadata, **description},
        source_type=as_text_of(source),
        source_id=as_text_of(client_id) if client_id else f"socketio-{now}-{world.ids.uuid()[:7]}",
        raw_message=payload,
        now=now,
    )
    broadcast = defined(
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
    world.events.emit(channel_id, "messageBroadcast", broadcast, skip=connection.id)
    connection.emit("messageBroadcast", {**broadcast, **defined(clientMessageId=client_id)})
    acknowledged = defined(
        clientMessageId=client_id,
        messageId=message["id"],
        status="received_by_server_and_processing",
        channelId=channel_id,
        roomId=channel_id,
    )
    connection.emit("messageAck", acknowledged)
    if isinstance(text, str):
        answer_all(world, message, payload["messageServerId"])
