"""Socket.IO events about new messages, for the clients in a channel."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..channels.messages import updated_at
from ..javascript import defined, spread


def broadcast_agent_message(world: World, message: Record, body: Record, **more: Any) -> None:
    """Send a message of an agent to the clients in its channel."""
    raw, metadata = spread(body.get("raw_message")), spread(body.get("metadata"))
    attachments = metadata.get("attachments")
    payload = defined(
        senderId=body.get("author_id") or message["authorId"],
        senderName=metadata.get("agentName") or "Agent",
        text=message["content"],
        roomId=message["channelId"],
        **more,
        createdAt=message["createdAt"],
        source=message["sourceType"],
        id=message["id"],
        thought=raw.get("thought"),
        actions=raw.get("actions"),
        attachments=raw.get("attachments") if attachments is None else attachments,
    )
    world.events.emit(message["channelId"], "messageBroadcast", payload)


def broadcast_action(world: World, message: Record, body: Record, server_id: str | None) -> None:
    """Send an agent's action, or its progress, to the clients in its channel."""
    more = defined(updatedAt=updated_at(message), rawMessage=body.get("raw_message"))
    broadcast_agent_message(world, message, body, messageServerId=server_id, **more)


def broadcast_user_message(world: World, message: Record, name: Any, server_id: str) -> None:
    """Send a message of a user to the clients in its channel."""
    payload = defined(
        senderId=message["authorId"],
        senderName=name or "User",
        text=message["content"],
        roomId=message["channelId"],
        messageServerId=server_id,
        createdAt=message["createdAt"],
        source=message["sourceType"],
        id=message["id"],
    )
    world.events.emit(message["channelId"], "messageBroadcast", payload)
