"""Messages in channels: posting, listing and deleting them.

The paths below `central-channels` are the reference's, those below `channels` the released
server's.
"""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import running_agent
from .model.channels.channel import find_channel, known_channel
from .model.channels.messages import (
    change_message,
    find_message,
    forget_message,
    forget_messages,
    messages_of,
)
from .model.javascript import parse_int, spread
from .model.messaging.broadcasts import broadcast_action, broadcast_agent_message
from .model.messaging.external import ingest, ingest_by_reference, process
from .model.messaging.posting import (
    check_question,
    ensure_channel,
    named_server,
    no_channel,
    no_message,
    post_by_user,
    responder_of,
    submit,
)
from .model.messaging.replies import reply_to
from .model.persona import is_release
from .presenters import presenter, reference
from .presenters.release_messages import created_row, listed_row, stored_row
from .transports.channel import deliver, transport_of

_PAGE = 50


def submit_message(world: World, body: Record) -> Any:
    """Store a message of an agent."""
    message = submit(world, body)
    broadcast_agent_message(world, message, body, serverId=named_server(body))
    return {"success": True, "data": presenter(world).submitted_message(world, message, body)}


def create_action(world: World, body: Record) -> Any:
    """Store an action of an agent."""
    message = submit(world, body)
    broadcast_action(world, message, body, named_server(body))
    return {"success": True, "data": created_row(message, body)}


def update_action(world: World, message_id: str, body: Record | None) -> Any:
    """Change an action of an agent; null and absent fields stay unchanged."""
    given = body or {}
    message = find_message(world, message_id)
    if message is None:
        raise no_message()
    check_question(world, given)
    changes = {
        "content": given.get("content"),
        "rawMessage": given.get("raw_message"),
        "sourceType": given.get("source_type"),
        "metadata": None if given.get("metadata") is None else spread(given["metadata"]),
        "inReplyTo": given.get("in_reply_to_message_id") or None,
    }
    kept = {name: value for name, value in changes.items() if value is not None}
    changed = change_message(world, message, kept)
    broadcast_action(world, changed, given, given.get("server_message_id"))
    return {"success": True, "data": stored_row(changed)}


def complete_message(world: World, body: Record) -> Any:
    """Return an agent's reply to a prompt; nothing is stored."""
    running_agent(world, body["agentId"])
    reply = reply_to(world, body["agentId"], body["prompt"]).text
    return {"success": True, "data": {"response": reply}}


def ingest_external_message(world: World, body: Record) -> Any:
    """Post a message of another platform to a channel; the agents there reply to it."""
    if "channel_id" in body:
        message = ingest(world, body)
        status = "Message ingested and published to bus"
        return {"success": True, "message": status, "data": {"messageId": message["id"]}}, 202
    if is_release(world):
        raise Problem(404, "Invalid external message payload", code="VALIDATION_ERROR")
    ingest_by_reference(world, body)
    return {"success": True}, 200


def process_external_message(world: World, body: Record) -> Any:
    """Post a message of another platform, and return the agent's reply."""
    message, reply = process(world, body)
    data = {"messageId": message["id"]}
    if reply is not None:
        data["response"] = reply["content"]
    return {"success": True, "data": data}


def send_channel_message(world: World, channel_id: str, body: Record) -> Any:
    """Post a message to a channel, by the reference's path."""
    if is_release(world):
        return post_message(world, channel_id, body)
    known_channel(world, channel_id)
    message = post_by_user(world, channel_id, body)
    response = deliver(world, message, body, responder_of(world, message))
    if transport_of(body) != "websocket":
        return response
    return {"success": True, "data": {"message": reference.message(world, message)}}, 201


def post_message(world: World, channel_id: str, body: Record) -> Any:
    """Post a message to a channel, which is created if it does not exist."""
    metadata = spread(body.get("metadata"))
    ensure_channel(
        world, channel_id, named_server(body), body["author_id"], metadata, "gui_auto_creation"
    )
    message = post_by_user(world, channel_id, body)
    partner = responder_of(world, message)
    if partner is None and is_release(world):
        world.commit()  # the server has stored the message by then
        raise Problem(400, "No agent found in channel participants", code="AGENT_NOT_FOUND")
    return deliver(world, message, body, partner)


def get_channel_messages(
    world: World, channel_id: str, limit: int | str | None, before: str | None
) -> Any:
    """List the messages of a channel, newest first, by the reference's path."""
    if is_release(world):
        return list_messages(world, channel_id, limit, before)
    known_channel(world, channel_id)
    messages = _page(world, channel_id, limit, before)
    return {"success": True, "data": [reference.message(world, message) for message in messages]}


def list_messages(
    world: World, channel_id: str, limit: int | str | None, before: str | None
) -> Any:
    """List the messages of a channel, newest first; an unknown channel has none."""
    messages = _page(world, channel_id, limit, before)
    return {"success": True, "data": {"messages": list(map(listed_row, messages))}}


def _page(
    world: World, channel_id: str, limit: int | str | None, before: str | None
) -> list[Record]:
    """Return the newest messages before a time, or before a message.

    As in the server, a limit that is not a number, or is negative, is ignored.
    """
    size = parse_int(limit) if isinstance(limit, str) else limit
    if limit is None or limit == "":
        size = _PAGE
    if size is not None and size < 0:
        size = None
    return messages_of(world, channel_id, limit=size, before=_moment(world, before))


def _moment(world: World, before: str | None) -> int | None:
    """Return the milliseconds that `before` means.

    In the reference it may be the id of a message; else it is a number. The server ignores zero and
    what is not a number.
    """
    if before is None:
        return None
    message = find_message(world, before) if not is_release(world) else None
    return message["createdAt"] if message is not None else parse_int(before) or None


def delete_channel_message(world: World, channel_id: str, message_id: str) -> Any:
    """Delete a message of a channel, by the reference's path."""
    if is_release(world):
        return delete_message(world, channel_id, message_id)
    known_channel(world, channel_id)
    message = find_message(world, message_id)
    if message is None or message["channelId"] != channel_id:
        raise no_message()
    _delete(world, channel_id, message_id)
    return {"success": True}, 200


def delete_message(world: World, channel_id: str, message_id: str) -> Any:
    """Delete a message of any channel, even one that does not exist."""
    _delete(world, channel_id, message_id)
    return None, 204


def _delete(world: World, channel_id: str, message_id: str) -> None:
    forget_message(world, message_id)
    payload = {"messageId": message_id, "channelId": channel_id}
    world.events.emit(channel_id, "messageDeleted", payload)


def delete_all_channel_messages(world: World, channel_id: str) -> Any:
    """Delete all messages of a channel, by the reference's path."""
    if is_release(world):
        return clear_channel_history(world, channel_id)
    known_channel(world, channel_id)
    return {"success": True, "deleted": _clear(world, channel_id)}, 200


def clear_channel_history(world: World, channel_id: str) -> Any:
    """Delete all messages of a channel, even of one that does not exist."""
    _clear(world, channel_id)
    return None, 204


def _clear(world: World, channel_id: str) -> int:
    deleted = forget_messages(world, channel_id)
    world.events.emit(channel_id, "channelCleared", {"channelId": channel_id})
    return deleted


def delete_all_user_channel_messages(world: World, channel_id: str, user_id: str) -> Any:
    """Delete all messages of one user in a channel."""
    if find_channel(world, channel_id) is None:
        raise no_channel()
    message_ids = [m["id"] for m in messages_of(world, channel_id) if m["authorId"] == user_id]
    for message_id in message_ids:
        _delete(world, channel_id, message_id)
    return {"success": True, "deleted": len(message_ids)}
