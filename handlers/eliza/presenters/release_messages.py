"""The shapes of a message that @elizaos/server 1.7.2 knows."""

from __future__ import annotations

from typing import Any

from understudy import Record

from ..model.channels.messages import updated_at
from ..model.clock import iso
from ..model.javascript import defined, spread, truthy
from ..model.servers import DEFAULT_SERVER


def created_row(record: Record, body: Record) -> dict[str, Any]:
    """Return a message to the client that sent it: with the fields that the body has."""
    return defined(
        id=record["id"],
        channelId=record["channelId"],
        authorId=record["authorId"],
        content=record["content"],
        rawMessage=record["rawMessage"],
        sourceType=record["sourceType"],
        metadata=body.get("metadata"),
        inReplyToRootMessageId=record["inReplyTo"],
        createdAt=iso(record["createdAt"]),
        updatedAt=iso(record["createdAt"]),
    )


def stored_row(record: Record) -> dict[str, Any]:
    """Return a message as the server reads it back from its database."""
    shown = defined(
        id=record["id"],
        channelId=record["channelId"],
        authorId=record["authorId"],
        content=record["content"],
        rawMessage=record["rawMessage"] if truthy(record["rawMessage"]) else None,
        sourceType=record["sourceType"] or None,
        sourceId=record["sourceId"] or None,
        metadata=record["metadata"] or None,
    )
    shown["inReplyToRootMessageId"] = record["inReplyTo"]
    shown["createdAt"] = iso(record["createdAt"])
    shown["updatedAt"] = iso(updated_at(record))
    return shown


def listed_row(record: Record) -> dict[str, Any]:
    """Return a message as lists show it.

    The thought, actions and attachments of the raw message are part of the metadata.
    """
    raw = record["rawMessage"] if isinstance(record["rawMessage"], dict) else {}
    metadata = dict(record["metadata"])
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
    shown = stored_row(record)
    shown["metadata"] = metadata
    shown["created_at"] = record["createdAt"]
    shown["updated_at"] = updated_at(record)
    return shown


def bus_message(record: Record, server_id: str, body: Record) -> dict[str, Any]:
    """Return a message as the parts of the server exchange it, and as the sender gets it back."""
    return defined(
        id=record["id"],
        channel_id=record["channelId"],
        message_server_id=server_id,
        author_id=record["authorId"],
        content=record["content"],
        created_at=record["createdAt"],
        source_type=record["sourceType"],
        raw_message=record["rawMessage"],
        metadata=body.get("metadata"),
        author_display_name=spread(body.get("metadata")).get("user_display_name"),
        in_reply_to_message_id=record["inReplyTo"],
    )


def session_message(record: Record) -> dict[str, Any]:
    """Return a message of a session as the parts of the server exchange it."""
    return {
        "id": record["id"],
        "channel_id": record["channelId"],
        "message_server_id": DEFAULT_SERVER,
        "author_id": record["authorId"],
        "content": record["content"],
        "created_at": record["createdAt"],
        "source_type": record["sourceType"],
        "raw_message": record["rawMessage"],
        "metadata": record["metadata"],
    }
