"""Messages, channel by channel in the order of time."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Record, World

from ..clock import iso, milliseconds
from ..record_types import MessageRecord

#: Messages, channel by channel in the order of time; no two of a channel share a millisecond.
BY_TIME = Index(order="createdAt", group="channelId")
MESSAGES = Collection("messages", (BY_TIME,), record=MessageRecord, key="id")


def post(
    world: World,
    channel_id: str,
    author_id: str,
    content: str,
    *,
    metadata: Record,
    source_type: str | None,
    source_id: str | None = None,
    raw_message: Any = None,
    in_reply_to: str | None = None,
    attachments: Any = None,
    is_agent: bool = False,
    message_id: str | None = None,
    now: int | None = None,
    at: int | None = None,
    bare: bool = False,
) -> Record:
    """Store a message of a channel and return it.

    It gets the time `now`, or the next millisecond that is free; or `at`, which the caller knows to
    be free. Without a raw message, content and attachments make one, unless the message is `bare`:
    then it has none.
    """
    if at is None:
        at = _next_moment(world, channel_id, milliseconds(world) if now is None else now)
    if raw_message is None and not bare:
        raw_message = {"content": content}
        if attachments is not None:
            raw_message["attachments"] = attachments
    message = with_history(
        {
            "id": message_id or world.ids.uuid(),
            "channelId": channel_id,
            "authorId": author_id,
            "content": content,
            "rawMessage": raw_message,
            "inReplyTo": in_reply_to,
            "sourceType": source_type,
            "sourceId": source_id,
            "metadata": metadata,
            "createdAt": at,
            "isAgent": is_agent,
        }
    )
    world.store.put(MESSAGES, message["id"], message)
    return message


def _next_moment(world: World, channel_id: str, now: int) -> int:
    """Return now, or the millisecond after the last message.

    No two messages of a channel share a millisecond, so that a cursor never falls between them,
    even if the clock stands still.
    """
    last = world.store.list(MESSAGES, BY_TIME, channel_id, descending=True, limit=1)
    return max(now, last[0]["createdAt"] + 1) if last else now


def change_message(world: World, message: Record, changes: Record) -> Record:
    """Store the message with the changes and return it; it keeps its place."""
    changed = with_history({**message, **changes, "updatedAt": milliseconds(world)})
    world.store.put(MESSAGES, message["id"], changed)
    return changed


def messages_of(
    world: World,
    channel_id: str,
    *,
    limit: int | None = None,
    before: int | None = None,
    after: int | None = None,
) -> list[Record]:
    """Return the newest messages of a channel between two times, newest first."""
    return world.store.list(
        MESSAGES, BY_TIME, channel_id, descending=True, limit=limit, above=after, below=before
    )


def find_message(world: World, message_id: str) -> Record | None:
    """Return a message, or None."""
    return world.store.get(MESSAGES, message_id)


def forget_message(world: World, message_id: str) -> bool:
    """Delete a message; return whether it existed."""
    return world.store.delete(MESSAGES, message_id)


def forget_messages(world: World, channel_id: str) -> int:
    """Delete all messages of a channel; return how many there were."""
    gone = world.store.list(MESSAGES, BY_TIME, channel_id)
    for message in gone:
        world.store.delete(MESSAGES, message["id"])
    return len(gone)


def with_history(message: dict[str, Any]) -> Record:
    """Add to a message its form in a session's history, as it is read more often than written."""
    message["inHistory"] = {
        "id": message["id"],
        "content": message["content"],
        "authorId": message["authorId"],
        "isAgent": message["isAgent"],
        "createdAt": iso(message["createdAt"]),
        "metadata": _with_thought(message["metadata"], message["rawMessage"]),
    }
    return message


def _with_thought(metadata: Record, raw: Any) -> Record:
    """Return the metadata with the thought and actions of the raw message, never with its own."""
    if type(raw) is dict and ("thought" in raw or "actions" in raw):
        return {**metadata, "thought": raw.get("thought"), "actions": raw.get("actions")}
    if "thought" in metadata or "actions" in metadata:
        return {name: v for name, v in metadata.items() if name not in ("thought", "actions")}
    return metadata


def updated_at(message: Record) -> int:
    """Return when the message was last changed."""
    moment: int = message.get("updatedAt", message["createdAt"])
    return moment
