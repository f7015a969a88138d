"""Channels, under their present paths and their older ones, and their participants."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import agent_name, is_running
from .model.channels.channel import (
    change_channel,
    channels_of_server,
    forget_channel,
    known_channel,
    open_channel,
    open_dm_channel,
)
from .model.channels.messages import messages_of
from .model.channels.participants import (
    add_participants,
    participant_records,
    participants_of,
    remove_participant,
)
from .model.channels.titles import FEWEST_MESSAGES, title_of
from .model.javascript import parse_int
from .model.persona import is_release
from .model.servers import DEFAULT_SERVER, is_server, known_server
from .presenters import presenter, reference, release

#: How many of the last messages a title is made from.
_TITLE_MESSAGES = 50


def get_server_channels(world: World, server_id: str) -> Any:
    """List the channels of a message server."""
    known_server(world, server_id)
    channels = channels_of_server(world, server_id)
    return {"success": True, "data": [reference.channel(channel) for channel in channels]}


def get_central_server_channels(world: World, server_id: str) -> Any:
    """List the channels of a message server."""
    if is_release(world):
        return get_message_server_channels(world, server_id)
    return get_server_channels(world, server_id)


def get_message_server_channels(world: World, message_server_id: str) -> Any:
    """List the channels of a message server; in 1.7.2, an unknown one has none."""
    if not is_release(world):
        known_server(world, message_server_id)
    channels = channels_of_server(world, message_server_id)
    return {"success": True, "data": {"channels": list(map(release.channel, channels))}}


def create_channel(world: World, body: Record) -> Any:
    """Create a channel on a message server."""
    server_id = body.get("message_server_id") or body.get("server_id") or body["serverId"]
    known_server(world, server_id)
    return _open(
        world,
        body,
        kind=body.get("type") or ("text" if "serverId" in body else "GROUP"),
        server_id=server_id,
        participants=body.get("participantCentralUserIds") or (),
    )


create_central_channel = create_channel


def create_group_channel(world: World, body: Record) -> Any:
    """Create a channel for several users and agents."""
    return _open(world, body, kind="GROUP", participants=body["participants"])


def get_dm_channel(
    world: World,
    target_user_id: str | None,
    current_user_id: str | None,
    dm_server_id: str | None,
    user_id1: str | None,
    user_id2: str | None,
) -> Any:
    """Return the channel of two users; it is created at the first request."""
    if not is_release(world):
        current_user_id = current_user_id or user_id1
        target_user_id = target_user_id or user_id2
    if not current_user_id or not target_user_id:
        raise _invalid("Missing targetUserId or currentUserId")
    if current_user_id == target_user_id:
        raise _invalid("Cannot create DM channel with oneself")
    is_known = dm_server_id is not None and is_server(world, dm_server_id)
    server_id = dm_server_id if is_known and dm_server_id else DEFAULT_SERVER
    return _channel_response(
        world, open_dm_channel(world, server_id, current_user_id, target_user_id)
    )


def get_channel_info(world: World, channel_id: str) -> Any:
    """Return a channel."""
    return _channel_response(world, known_channel(world, channel_id))


def get_channel_details(world: World, channel_id: str) -> Any:
    """Return a channel."""
    channel = known_channel(world, channel_id)
    return {"success": True, "data": presenter(world).channel(channel)}


def get_message_channel_details(world: World, channel_id: str) -> Any:
    """Return a channel."""
    return {"success": True, "data": release.channel(known_channel(world, channel_id))}


def update_channel(world: World, channel_id: str, body: Record) -> Any:
    """Change a channel's name, topic, metadata or participants."""
    response = update_message_channel(world, channel_id, body)
    return response if is_release(world) else {"success": True}


def update_message_channel(world: World, channel_id: str, body: Record) -> Any:
    """Change a channel's name, topic, metadata or participants."""
    channel = release.channel(change_channel(world, _to_change(world, channel_id), body))
    world.events.emit(channel_id, "channelUpdated", {"channelId": channel_id, "updates": channel})
    return {"success": True, "data": channel}


def _to_change(world: World, channel_id: str) -> Record:
    """Return a channel. Raises Problem 404, or 500 in 1.7.2, whose database fails."""
    try:
        return known_channel(world, channel_id)
    except Problem:
        if is_release(world):
            raise Problem(500, "Failed to update channel", code="UPDATE_ERROR") from None
        raise


def delete_channel(world: World, channel_id: str) -> Any:
    """Delete a channel with all its messages."""
    response = delete_message_channel(world, channel_id)
    return response if is_release(world) else ({"success": True}, 200)


def delete_message_channel(world: World, channel_id: str) -> Any:
    """Delete a channel with all its messages; in 1.7.2, even one that does not exist."""
    if not is_release(world):
        known_channel(world, channel_id)
    forget_channel(world, channel_id)
    world.events.emit(channel_id, "channelDeleted", {"channelId": channel_id})
    return None, 204


def get_channel_participants(world: World, channel_id: str) -> Any:
    """List the participants of a channel."""
    if is_release(world):
        return get_message_channel_participants(world, channel_id)
    known_channel(world, channel_id)
    participants = [
        reference.participant(record, agent_name(world, record["entityId"]) or "User")
        for record in participant_records(world, channel_id)
    ]
    return {"success": True, "data": participants}


def get_message_channel_participants(world: World, channel_id: str) -> Any:
    """List the ids of the participants of a channel."""
    return {"success": True, "data": _participants(world, channel_id)}


def get_channel_agents(world: World, channel_id: str) -> Any:
    """List the ids of all participants of a channel, users too."""
    data = {"channelId": channel_id, "participants": _participants(world, channel_id)}
    return {"success": True, "data": data}


get_central_channel_agents = get_channel_agents


def add_agent_to_channel(world: World, channel_id: str, body: Record) -> Any:
    """Add an agent to a channel."""
    response = add_agent_to_message_channel(world, channel_id, body)
    if is_release(world):
        return response, 201
    return {"success": True, "message": response["data"]["message"]}, 200


def add_agent_to_message_channel(world: World, channel_id: str, body: Record) -> Any:
    """Add an agent to a channel; the agent need not exist."""
    known_channel(world, channel_id)
    add_participants(world, channel_id, (body["agentId"],))
    return _changed(channel_id, body["agentId"], "Agent added to channel successfully")


def remove_agent_from_channel(world: World, channel_id: str, agent_id: str) -> Any:
    """Remove an agent from a channel."""
    channel = known_channel(world, channel_id)
    if not remove_participant(world, channel_id, agent_id):
        raise Problem(404, "Agent is not a participant in this channel", code="NOT_FOUND")
    change_channel(world, channel, {})
    return _changed(channel_id, agent_id, "Agent removed from channel successfully")


remove_agent_from_central_channel = remove_agent_from_channel


def generate_channel_title(
    world: World, channel_id: str, limit: str | None, before: str | None, body: Record
) -> Any:
    """Return a title for the last messages of a channel, if there are enough."""
    if not is_running(world, body["agentId"]):
        raise Problem(404, "Agent not found or not active", code="NOT_FOUND")
    most = parse_int(limit) if limit else _TITLE_MESSAGES
    most = None if most is None or most < 0 else most
    earlier = parse_int(before) if before else None
    messages = messages_of(world, channel_id, limit=most, before=earlier or None)
    if len(messages) < FEWEST_MESSAGES:
        reason = "Not enough messages to generate a title"
        return {"success": True, "data": {"title": None, "channelId": channel_id, "reason": reason}}
    return {"success": True, "data": {"title": title_of(messages), "channelId": channel_id}}


generate_central_channel_title = generate_channel_title


def _open(
    world: World, body: Record, *, kind: str, server_id: str = DEFAULT_SERVER, participants: Any
) -> Any:
    topic = None if is_release(world) else body.get("description")  # the release drops it
    channel = open_channel(
        world,
        channel_id=world.ids.uuid(),
        name=body["name"],
        kind=kind,
        metadata=body.get("metadata") or {},
        server_id=server_id,
        participants=participants,
        **({"topic": topic} if topic else {}),
    )
    return _channel_response(world, channel)


def _channel_response(world: World, channel: Record) -> Any:
    shown = presenter(world).channel(channel)
    return {"success": True, "data": shown if is_release(world) else {"channel": shown}}


def _participants(world: World, channel_id: str) -> list[str]:
    """Return the ids of the participants; in 1.7.2, an unknown channel has none."""
    if not is_release(world):
        known_channel(world, channel_id)
    return participants_of(world, channel_id)


def _changed(channel_id: str, agent_id: str, message: str) -> Any:
    return {
        "success": True,
        "data": {"channelId": channel_id, "agentId": agent_id, "message": message},
    }


def _invalid(message: str) -> Problem:
    return Problem(400, message, code="VALIDATION_ERROR")
