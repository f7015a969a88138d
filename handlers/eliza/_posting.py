"""How messages come into a channel by HTTP: the channel is found or made, the message is stored,
and who listens there is told of it."""

from __future__ import annotations

from typing import Any

from understudy import Content, Problem, Record, World

from ._agents import find_agent, is_running
from ._channels import add_participants as _join
from ._channels import find_channel, open_channel, participants_of
from ._javascript import spread, truthy
from ._messages import find_message, post
from ._replies import answer_all, content_of, is_silent, reply_to
from ._servers import is_server
from ._shapes import on_the_bus, present, updated_at
from ._state import iso, milliseconds
from ._streams import event, pieces

#: Which transport a client means, in the words of 1.7.2 and in those of 1.7.0.
_TRANSPORTS: dict[Any, str] = {"sync": "http", "stream": "sse"}


def named_server(body: Record) -> str:
    """The message server that a body names, by its new name or the old one."""
    return str(body.get("message_server_id") or body.get("server_id"))


def transport_of(body: Record) -> str:
    """How the client wants the answer."""
    wanted = body.get("transport")
    if wanted is None:
        wanted = body.get("mode")
    return str(_TRANSPORTS.get(wanted, wanted) or "websocket")


def no_channel() -> Problem:
    """There is no such channel."""
    return Problem(404, "Channel not found", code="NOT_FOUND")


def no_message() -> Problem:
    """There is no such message."""
    return Problem(404, "Message not found", code="NOT_FOUND")


def check_new(world: World, body: Record) -> None:
    """What a message names must be there, and its own id must be new."""
    if find_channel(world, body["channel_id"]) is None:
        raise no_channel()
    check_question(world, body)
    if body.get("messageId") and find_message(world, body["messageId"]) is not None:
        raise Problem(409, "There is a message with this messageId already", code="CONFLICT")


def check_question(world: World, body: Record) -> None:
    """The message that this one replies to, if any, must be there."""
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


def tell_of_submitted(world: World, message: Record, body: Record, **more: Any) -> None:
    """Tell who listens in the channel of a message by an agent."""
    raw, metadata = spread(body.get("raw_message")), spread(body.get("metadata"))
    attachments = metadata.get("attachments")
    payload = present(
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


def tell_of_action(world: World, message: Record, body: Record, server_id: str | None) -> None:
    """Tell who listens of what an agent does, or how far it has come."""
    more = present(updatedAt=updated_at(message), rawMessage=body.get("raw_message"))
    tell_of_submitted(world, message, body, messageServerId=server_id, **more)


def tell_of_user(world: World, message: Record, name: Any, server_id: str) -> None:
    """Tell who listens in the channel of a message by a user."""
    payload = present(
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


def ensure_channel(
    world: World,
    channel_id: str,
    server_id: str,
    author: str,
    metadata: Record,
    creator: str,
    partner: Any = None,
) -> None:
    """Make the channel, if there is none, on a server that must be there."""
    if find_channel(world, channel_id) is not None:
        return
    if not is_server(world, server_id):
        raise Problem(404, f"Server {server_id} does not exist", code="NOT_FOUND")
    kinds = (metadata.get("channelType"), metadata.get("channel_type"))
    is_dm = truthy(metadata.get("isDm")) or "DM" in kinds
    kind, word = ("DM", "DM") if is_dm else ("GROUP", "Chat")
    other = partner or metadata.get("targetUserId") or metadata.get("recipientId")
    open_channel(
        world,
        channel_id=channel_id,
        name=f"{word} {channel_id[:8]}",
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
    if is_dm and isinstance(other, str):
        _join(world, channel_id, [other])


def post_by_user(world: World, channel_id: str, body: Record) -> Record:
    """Store what a user says in a channel that is there. What is no message's id is no reply."""
    question = body.get("in_reply_to_message_id")
    known = find_message(world, question) if question else None
    return post(
        world,
        channel_id,
        body["author_id"],
        body["content"],
        metadata=spread(body.get("metadata")),
        source_type=body.get("source_type") or "eliza_gui",
        raw_message=body.get("raw_message"),
        in_reply_to=None if known is None else known["id"],
        is_agent=find_agent(world, body["author_id"]) is not None,
        bare=True,
    )


def partner_of(world: World, message: Record) -> str | None:
    """Who is to answer: the first who takes part and is not the author, else whom the message
    itself names."""
    others = participants_of(world, message["channelId"])
    found = next((other for other in others if other != message["authorId"]), None)
    named = message["metadata"].get("targetAgentId")
    return found or (named if isinstance(named, str) and named else None)


def deliver(world: World, message: Record, body: Record, partner: str | None) -> Any:
    """Let the channel's agents answer in the way that the client wants; what it gets at once."""
    server_id, transport = named_server(body), transport_of(body)
    shown = on_the_bus(message, server_id, body)
    if transport == "websocket":
        tell_of_user(world, message, shown.get("author_display_name"), server_id)
        answer_all(world, message, server_id)
        return {"success": True, "userMessage": shown}, 201
    runs = partner is not None and is_running(world, partner)
    if transport == "sse":
        return _streamed(world, message, shown, partner if runs else None), 200
    if partner is None or not runs:
        raise Problem(404, "Failed to process message in HTTP transport", code="AGENT_NOT_FOUND")
    reply = reply_to(world, partner, message["content"])
    answered = {} if is_silent(reply) else {"agentResponse": content_of(world, reply)}
    return {"success": True, "userMessage": shown, **answered}, 201


def _streamed(world: World, message: Record, shown: Any, partner: str | None) -> Content:
    """The answer as an event stream: what was said, the answer in pieces, and once more whole."""
    events = [event("user_message", shown)]
    if partner is None:
        events.append(event("error", {"error": "Agent not found"}))
    else:
        reply = reply_to(world, partner, message["content"])
        if not is_silent(reply):
            events += pieces(content_of(world, reply))
    return Content(tuple(events), "text/event-stream")
