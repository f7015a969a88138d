"""The messages of sessions. Each is an episode of its user's graph, unless it is kept out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Problem, Record, World

from ..graph.records import EPISODES, MESSAGES_OF_SESSION
from ..metadata import merged, without_reserved
from ..records import not_found, timestamp


def refuse_known_uuids(world: World, messages: list[dict[str, Any]]) -> None:
    """A Problem where a message brings a uuid that another message has, here or in the store."""
    given = [message["uuid"].lower() for message in messages if message.get("uuid")]
    repeated = len(set(given)) < len(given)
    if repeated or any(_is_taken(world.store.get(EPISODES, uuid)) for uuid in given):
        raise Problem(400, "bad request: message_uuid already exists")


def _is_taken(stored: Record | None) -> bool:
    """Whether there is a record that no message may replace; one of a session that is gone may."""
    return stored is not None and ("message" not in stored or stored["session_id"] is not None)


def new_message(world: World, given: Mapping[str, Any], created_at: str) -> dict[str, Any]:
    """A message as it is answered, not stored."""
    uuid = (given.get("uuid") or world.ids.uuid()).lower()
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


def messages_of(
    world: World, session_id: str, offset: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """The messages of the session, oldest first."""
    found = world.store.list(EPISODES, MESSAGES_OF_SESSION, session_id, offset=offset, limit=limit)
    return [stored["message"] for stored in found]


def recent_messages(world: World, session_id: str, most: int) -> list[dict[str, Any]]:
    """The last `most` messages of the session, oldest first."""
    found = world.store.list(EPISODES, MESSAGES_OF_SESSION, session_id, descending=True, limit=most)
    return [stored["message"] for stored in reversed(found)]


def count_messages(world: World, session_id: str) -> int:
    """How many messages the session has."""
    return world.store.count(EPISODES, MESSAGES_OF_SESSION, session_id)


def find_message(world: World, session_id: str, uuid: str) -> Record | None:
    """The message as stored, if it is one of the session."""
    stored = world.store.get(EPISODES, uuid.lower())
    return stored if stored and stored.get("session_id") == session_id else None


def merge_message_metadata(
    world: World, session_id: str, uuid: str, metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Store the message with metadata merged in; a Problem where there is no such message."""
    stored = find_message(world, session_id, uuid)
    if stored is None:
        raise not_found()
    news = without_reserved(metadata)
    message = {**stored["message"], "updated_at": timestamp(world.clock.now())}
    if news:
        message["metadata"] = merged(message.get("metadata") or {}, news)
    world.store.put(EPISODES, message["uuid"], {**stored, "message": message})
    return message


def detach_messages(world: World, session_id: str) -> None:
    """A session goes: its messages stay in the graph only."""
    for stored in world.store.list(EPISODES, MESSAGES_OF_SESSION, session_id):
        uuid = stored["message"]["uuid"]
        if stored.get("owner"):
            world.store.put(EPISODES, uuid, {**stored, "session_id": None})
        else:
            world.store.delete(EPISODES, uuid)
