"""The messages of sessions, each stored as `{"session_id", "message": what is answered}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Problem, World

from ._records import timestamp

MESSAGES_OF_SESSION = Index(group="session_id")
MESSAGES = Collection("messages", (MESSAGES_OF_SESSION,))


def refuse_known_uuids(world: World, messages: list[dict[str, Any]]) -> None:
    """A Problem where a message brings a uuid that another message has, here or in the store."""
    given = [message["uuid"].lower() for message in messages if message.get("uuid")]
    repeated = len(set(given)) < len(given)
    if repeated or any(world.store.get(MESSAGES, uuid) is not None for uuid in given):
        raise Problem(400, "bad request: message_uuid already exists")


def add_messages(world: World, session_id: str, messages: list[dict[str, Any]], now: int) -> None:
    """Store the messages in their order."""
    created_at = timestamp(now)
    for given in messages:
        message = _message(given, (given.get("uuid") or world.ids.uuid()).lower(), created_at)
        stored = {"session_id": session_id, "message": message}
        world.store.put(MESSAGES, message["uuid"], stored)


def _message(given: Mapping[str, Any], uuid: str, created_at: str) -> dict[str, Any]:
    message = {
        "uuid": uuid,
        "created_at": created_at,
        "updated_at": created_at,
        "role": given.get("role") or "",
        "role_type": given["role_type"],
        "content": given["content"],
        "token_count": 0,
        "processed": True,
    }
    metadata = given.get("metadata")
    return {**message, "metadata": metadata} if metadata else message


def recent_messages(world: World, session_id: str, most: int) -> list[dict[str, Any]]:
    """The last `most` messages of the session, oldest first."""
    found = world.store.list(MESSAGES, MESSAGES_OF_SESSION, session_id, descending=True, limit=most)
    return [stored["message"] for stored in reversed(found)]


def delete_messages(world: World, session_id: str) -> None:
    """Forget all messages of the session."""
    for stored in world.store.list(MESSAGES, MESSAGES_OF_SESSION, session_id):
        world.store.delete(MESSAGES, stored["message"]["uuid"])
