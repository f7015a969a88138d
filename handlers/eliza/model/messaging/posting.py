"""Posts messages that come by HTTP: finds or creates the channel, and stores the message."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from ..agents.agent import find_agent
from ..channels.channel import find_channel, open_channel
from ..channels.messages import find_message, post
from ..channels.participants import add_participants, participants_of
from ..clock import iso, milliseconds
from ..javascript import spread, truthy
from ..servers import is_server


def named_server(body: Record) -> str:
    """Return the message server that a body names, by its new field or the old one."""
    return str(body.get("message_server_id") or body.get("server_id"))


def no_channel() -> Problem:
    """Return the 404 for an unknown channel."""
    return Problem(404, "Channel not found", code="NOT_FOUND")


def no_message() -> Problem:
    """Return the 404 for an unknown message."""
    return Problem(404, "Message not found", code="NOT_FOUND")


def check_new(world: World, body: Record) -> None:
    """Check that what a message refers to exists, and that its own id is new. Raises Problem."""
    if find_channel(world, body["channel_id"]) is None:
        raise no_channel()
    check_question(world, body)
    if body.get("messageId") and find_message(world, body["messageId"]) is not None:
        raise Problem(409, "There is a message with this messageId already", code="CONFLICT")


def check_question(world: World, body: Record) -> None:
    """Check that the message that this one replies to, if any, exists. Raises Problem 404."""
    question = body.get("in_reply_to_message_id")
    if question and find_message(world, question) is None:
        raise no_message()


def submit(world: World, body: Record) -> Record:
    """Store a message that an agent, or a part of the server, has made."""
    check_new(world, body)
    return post(
        world,
        body["channel_id"],
        body["author_id"],
        body["content"],
        metadata=spread(body.get("metadata")),
        source_type=body["source_type"],
        raw_message=body["raw_message"],
        in_reply_to=body.get("in_reply_to_message_id") or None,
        message_id=body.get("messageId") or None,
        is_agent=find_agent(world, body["author_id"]) is not None,
    )


def ensure_channel(
    world: World,
    channel_id: str,
    server_id: str,
    author: str,
    metadata: Record,
    creator: str,
    partner: Any = None,
) -> None:
    """Create the channel if it does not exist, on a server that must exist. Raises Problem 404."""
    if find_channel(world, channel_id) is not None:
        return
    if not is_server(world, server_id):
        raise Problem(404, f"Server {server_id} does not exist", code="NOT_FOUND")
    kinds = (metadata.get("channelType"), metadata.get("channel_type"))
    is_dm = truthy(metadata.get("isDm")) or "DM" in kinds
    kind, title = ("DM", "DM") if is_dm else ("GROUP", "Chat")
    participant = partner or metadata.get("targetUserId") or metadata.get("recipientId")
    open_channel(
        world,
        channel_id=channel_id,
        name=f"{title} {channel_id[:8]}",
        kind=kind,
        metadata={
            "created_by": creator,
            "created_for_user": author,
            "created_at": iso(milliseconds(world)),
            "channel_type": kind,
            **metadata,
        },
        server_id=server_id,
        participants=[author],
        sourceType="auto_created",
    )
    if is_dm and isinstance(participant, str):
        add_participants(world, channel_id, [participant])


def post_by_user(world: World, channel_id: str, body: Record) -> Record:
    """Store a user's message in a channel that exists.

    An unknown id in `in_reply_to_message_id` is ignored.
    """
    question = body.get("in_reply_to_message_id")
    question = find_message(world, question) if question else None
    return post(
        world,
        channel_id,
        body["author_id"],
        body["content"],
        metadata=spread(body.get("metadata")),
        source_type=body.get("source_type") or "eliza_gui",
        raw_message=body.get("raw_message"),
        in_reply_to=None if question is None else question["id"],
        is_agent=find_agent(world, body["author_id"]) is not None,
        bare=True,
    )


def responder_of(world: World, message: Record) -> str | None:
    """Return who is to reply to a message.

    It is the first participant that is not the author, else the agent that the message names.
    """
    participants = participants_of(world, message["channelId"])
    participant = next((id_ for id_ in participants if id_ != message["authorId"]), None)
    named = message["metadata"].get("targetAgentId")
    return participant or (named if isinstance(named, str) and named else None)
