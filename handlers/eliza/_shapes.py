"""A message in each of the shapes that the API knows."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ._channels import agents_in
from ._javascript import spread, truthy
from ._state import iso


def present(**values: Any) -> dict[str, Any]:
    """The values that are there: JSON leaves out what is undefined in JavaScript."""
    return {name: value for name, value in values.items() if value is not None}


def by_reference(world: World, message: Record) -> dict[str, Any]:
    """As the reference shows it."""
    author, channel_id = message["authorId"], message["channelId"]
    agents = [author] if message["isAgent"] else agents_in(world, channel_id)
    return present(
        id=message["id"],
        text=message["content"],
        userId=author,
        agentId=agents[0] if agents else None,
        roomId=channel_id,
        createdAt=message["createdAt"],
        metadata=message["metadata"],
    )


def row(message: Record, body: Record) -> dict[str, Any]:
    """As the released server answers it to who sent it: only what the body has is there."""
    return present(
        id=message["id"],
        channelId=message["channelId"],
        authorId=message["authorId"],
        content=message["content"],
        rawMessage=message["rawMessage"],
        sourceType=message["sourceType"],
        metadata=body.get("metadata"),
        inReplyToRootMessageId=message["inReplyTo"],
        createdAt=iso(message["createdAt"]),
        updatedAt=iso(message["createdAt"]),
    )


def stored_row(message: Record) -> dict[str, Any]:
    """As the released server reads it back from its database."""
    shown = present(
        id=message["id"],
        channelId=message["channelId"],
        authorId=message["authorId"],
        content=message["content"],
        rawMessage=message["rawMessage"] if truthy(message["rawMessage"]) else None,
        sourceType=message["sourceType"] or None,
        sourceId=message["sourceId"] or None,
        metadata=message["metadata"] or None,
    )
    shown["inReplyToRootMessageId"] = message["inReplyTo"]
    shown["createdAt"] = iso(message["createdAt"])
    shown["updatedAt"] = iso(updated_at(message))
    return shown


def listed_row(message: Record) -> dict[str, Any]:
    """As the released server lists it: what the raw message tells of the author's thought, actions
    and attachments stands in the metadata."""
    raw = message["rawMessage"] if isinstance(message["rawMessage"], dict) else {}
    metadata = dict(message["metadata"])
    attachments = raw.get("attachments")
    if attachments is None:
        attachments = metadata.get("attachments")
    for name, value in (
        ("thought", raw.get("thought")),
        ("actions", raw.get("actions")),
        ("attachments", attachments),
    ):
        metadata.pop(name, None)
        if value is not None:
            metadata[name] = value
    shown = stored_row(message)
    shown["metadata"] = metadata
    shown["created_at"] = message["createdAt"]
    shown["updated_at"] = updated_at(message)
    return shown


def on_the_bus(message: Record, server_id: str, body: Record) -> dict[str, Any]:
    """As the released server's parts hand it around, and answer it to who sent it."""
    return present(
        id=message["id"],
        channel_id=message["channelId"],
        message_server_id=server_id,
        author_id=message["authorId"],
        content=message["content"],
        created_at=message["createdAt"],
        source_type=message["sourceType"],
        raw_message=message["rawMessage"],
        metadata=body.get("metadata"),
        author_display_name=spread(body.get("metadata")).get("user_display_name"),
        in_reply_to_message_id=message["inReplyTo"],
    )


def updated_at(message: Record) -> int:
    """When the message was last changed."""
    moment: int = message.get("updatedAt", message["createdAt"])
    return moment
