"""Messages of other platforms: ids of channels and users there map to ids here."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Problem, Record, World

from ..agents.agent import find_agent, running_agent, running_agents
from ..channels.channel import find_channel, open_channel
from ..channels.messages import find_message, post
from ..channels.participants import add_participants
from ..javascript import spread
from ..record_types import LocalIdRecord
from ..servers import DEFAULT_SERVER
from .broadcasts import broadcast_user_message
from .posting import named_server, no_channel
from .replies import answer_all, post_reply

#: The ids here of the channels and users of other platforms.
LOCAL_IDS = Collection("standings of other platforms", record=LocalIdRecord)


def ingest(world: World, body: Record) -> Record:
    """Store a message with the fields of 1.7.2; the channel's agents reply to it."""
    _check_channel(world, body["channel_id"])
    question = body.get("in_reply_to_message_id")
    question = find_message(world, question) if question else None
    message = post(
        world,
        body["channel_id"],
        body["author_id"],
        body["content"],
        metadata=spread(body.get("metadata")),
        source_type=body.get("source_type"),
        source_id=body.get("source_id"),
        raw_message=body.get("raw_message"),
        in_reply_to=None if question is None else question["id"],
        is_agent=find_agent(world, body["author_id"]) is not None,
        bare=True,
    )
    server_id = named_server(body)
    broadcast_user_message(world, message, body.get("author_display_name"), server_id)
    answer_all(world, message, server_id)
    return message


def ingest_by_reference(world: World, body: Record) -> Record:
    """Store a message with the fields of the reference; the agent that it names replies to it."""
    running_agent(world, body["agentId"])
    _check_channel(world, body["roomId"])
    message = post(
        world,
        body["roomId"],
        body["userId"],
        body["text"],
        metadata=spread(body.get("metadata")),
        source_type=body["sourceType"],
        source_id=body["sourceId"],
        bare=True,
    )
    broadcast_user_message(world, message, None, DEFAULT_SERVER)
    post_reply(world, body["agentId"], message)
    return message


def process(world: World, body: Record) -> tuple[Record, Record | None]:
    """Store a message of another platform; return it, and the reply of the channel's agent.

    The channel is created at its first message.
    """
    agents = running_agents(world)
    if not agents:
        raise Problem(404, "No agents available on server", code="AGENT_NOT_FOUND")
    user = _local_id(world, body["platform"], "user", body["userId"])
    channel_id = _channel(world, body, agents[0]["id"], user)
    message = post(
        world,
        channel_id,
        user,
        body["content"],
        metadata=spread(body.get("metadata")),
        source_type=body["platform"],
        source_id=body["messageId"],
        attachments=body.get("attachments"),
    )
    broadcast_user_message(world, message, None, DEFAULT_SERVER)
    replies = answer_all(world, message, DEFAULT_SERVER)
    return message, replies[0] if replies else None


def _check_channel(world: World, channel_id: str) -> None:
    if find_channel(world, channel_id) is None:
        raise no_channel()


def _channel(world: World, body: Record, agent_id: str, user: str) -> str:
    platform, external_id = body["platform"], body["channelId"]
    channel_id = _local_id(world, platform, "channel", external_id)
    if find_channel(world, channel_id) is None:
        source: dict[str, Any] = {"sourceType": platform, "sourceId": external_id}
        open_channel(
            world,
            channel_id=channel_id,
            name=f"{platform} {external_id}",
            kind="GROUP",
            metadata={},
            participants=[agent_id],
            **source,
        )
    add_participants(world, channel_id, [user])
    return channel_id


def _local_id(world: World, platform: str, kind: str, external_id: str) -> str:
    """Return the id that stands for one of another platform."""
    key = f"{platform} {kind} {external_id}"
    mapping = world.store.get(LOCAL_IDS, key)
    if mapping is None:
        mapping = {"id": world.ids.uuid()}
        world.store.put(LOCAL_IDS, key, mapping)
    local_id: str = mapping["id"]
    return local_id
