"""The messages of sessions, each stored as `{"session_id", "message": what is answered}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Problem, World

from ._metadata import merged, open_to_clients
from ._records import not_found, timestamp

MESSAGES_OF_SESSION = Index(group="session_id")
MESSAGES = Collection("messages", (MESSAGES_OF_SESSION,))


def refuse_known_uuids(world: World, messages: list[dict[str, Any]]) -> None:
    """A Problem where a message brings a uuid that another message has, here or in the store."""
    given = [message["uuid"].lower() for message in messages if message.get("uuid")]
    repeated = len(set(given)) < len(given)
    if repeated or any(world.store.get(MESSAGES, uuid) is not None for uuid in given):
        raise Problem(400, "bad request: message_uuid already exists")


def add_messages(
    world: World, session_id: str, messages: list[dict[str, Any]], now: int
) -> list[dict[str, Any]]:
    """Store the messages in their order; what is answered of them."""
    created_at = timestamp(now)
    added = [
        _message(given, (given.get("uuid") or world.ids.uuid()).lower(), created_at)
        for given in messages
    ]
    for message in added:
        stored = {"session_id": session_id, "message": message}
        world.store.put(MESSAGES, message["uuid"], stored)
    return added


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


def find_message(world: World, session_id: str, uuid: str) -> dict[str, Any] | None:
    """The message, if it is one of the session."""
    stored = world.store.get(MESSAGES, uuid.lower())
    if stored is None or stored["session_id"] != session_id:
        return None
    message: dict[str, Any] = stored["message"]
    return message


def describe(
    world: World, session_id: str, uuid: str, metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Store the message with metadata merged in; a Problem where there is no such message."""
    message = find_message(world, session_id, uuid)
    if message is None:
        raise not_found()
    news = open_to_clients(metadata)
    message = {**message, "updated_at": timestamp(world.clock.now())}
    if news:
        message["metadata"] = merged(message.get("metadata") or {}, news)
    world.store.put(MESSAGES, message["uuid"], {"session_id": session_id, "message": message})
    return message


def delete_messages(world: World, session_id: str) -> None:
    """Forget all messages of the session."""
    for stored in world.store.list(MESSAGES, MESSAGES_OF_SESSION, session_id):
        world.store.delete(MESSAGES, stored["message"]["uuid"])
