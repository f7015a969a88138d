"""The messages of sessions. Each is an episode of its user's graph, unless its role is ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Problem, Record, World

from ..dates import timestamp
from ..graph.records import EPISODES, MESSAGES_OF_SESSION
from ..metadata import merged, without_reserved
from ..records import existing

#: How many characters of the last messages are read, to conclude something from them.
_MOST_CHARACTERS = 50_000
#: How many keys the metadata of a message may have in v3 and v4.
_MOST_KEYS = 10


def refuse_known_uuids(world: World, messages: list[dict[str, Any]]) -> None:
    """Raise Problem 400 if two messages have one uuid, in the request or in the store."""
    given = [message["uuid"].lower() for message in messages if message.get("uuid")]
    repeated = len(set(given)) < len(given)
    if repeated or any(_is_taken(world.store.get(EPISODES, uuid)) for uuid in given):
        raise Problem(400, "bad request: message_uuid already exists")


def _is_taken(stored: Record | None) -> bool:
    """Return whether the record may not be replaced by a message.

    The message of a deleted session may be replaced.
    """
    return stored is not None and ("message" not in stored or stored["session_id"] is not None)


def new_message(world: World, given: Mapping[str, Any], created_at: str) -> dict[str, Any]:
    """Return a new message as responses of v2 show it; it is not stored.

    A `reference_time` is when it was said; what clients of v3 give as `created_at`.
    """
    uuid = (given.get("uuid") or world.ids.uuid()).lower()
    message = {
        "uuid": uuid,
        "created_at": given.get("reference_time") or created_at,
        "updated_at": created_at,
        "role": given.get("role") or "",
        "role_type": given["role_type"],
        "content": given["content"],
        "token_count": 0,
        "processed": True,
    }
    metadata = given.get("metadata")
    return {**message, "metadata": metadata} if metadata else message


def stored_messages(world: World, session_id: str) -> list[Record]:
    """Return the messages of a session as they are stored, oldest first."""
    return world.store.list(EPISODES, MESSAGES_OF_SESSION, session_id)


def messages_of(
    world: World, session_id: str, offset: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """Return the messages of a session, oldest first."""
    stored = world.store.list(EPISODES, MESSAGES_OF_SESSION, session_id, offset=offset, limit=limit)
    return [record["message"] for record in stored]


def recent_messages(world: World, session_id: str, most: int) -> list[dict[str, Any]]:
    """Return the last `most` messages of a session, oldest first."""
    stored = world.store.list(
        EPISODES, MESSAGES_OF_SESSION, session_id, descending=True, limit=most
    )
    return [record["message"] for record in reversed(stored)]


def recent_texts(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the texts of messages, oldest first: of the last ones, 50,000 characters in all."""
    texts: list[str] = []
    room = _MOST_CHARACTERS
    for message in reversed(messages):
        texts.append(message["content"][:room])
        room -= len(texts[-1])
        if not room:
            break
    return texts[::-1]


def count_messages(world: World, session_id: str) -> int:
    """Return how many messages a session has."""
    return world.store.count(EPISODES, MESSAGES_OF_SESSION, session_id)


def find_message(world: World, session_id: str, uuid: str) -> Record | None:
    """Return a stored message, or None if it is not of the session."""
    stored = world.store.get(EPISODES, uuid.lower())
    return stored if stored and stored.get("session_id") == session_id else None


def merge_message_metadata(
    world: World, session_id: str, uuid: str, metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Store a message with metadata merged in. Raises Problem 404."""
    stored = existing(find_message(world, session_id, uuid))
    return merge_metadata(world, stored, metadata)


def message_by_uuid(world: World, uuid: str) -> Record | None:
    """Return the stored message with this uuid, of whatever session, or None."""
    stored = world.store.get(EPISODES, uuid.lower())
    return stored if stored and stored.get("session_id") and "message" in stored else None


def merge_metadata(world: World, stored: Record, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Store a message with metadata merged in, and return it as v2 shows it."""
    changes = without_reserved(metadata)
    message = {**stored["message"], "updated_at": timestamp(world.clock.now())}
    if changes:
        message["metadata"] = merged(message.get("metadata") or {}, changes)
    world.store.put(EPISODES, message["uuid"], {**stored, "message": message})
    return message


def change_metadata(world: World, stored: Record, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Store a message with metadata changed as v3 and v4 do it, and return it as v2 shows it.

    A key whose value is null is removed. Raises Problem 400 if more than ten keys are left.
    """
    metadata = {**(stored["message"].get("metadata") or {}), **changes}
    metadata = {key: value for key, value in metadata.items() if value is not None}
    if len(metadata) > _MOST_KEYS:
        raise Problem(
            400,
            f"bad request: metadata would have {len(metadata)} keys; "
            f"at most {_MOST_KEYS} are allowed",
        )
    now = timestamp(world.clock.now())
    message = {**stored["message"], "updated_at": now, "metadata": metadata}
    world.store.put(EPISODES, message["uuid"], {**stored, "message": message})
    return message


def detach_messages(world: World, session_id: str) -> None:
    """Take the messages of a session out of it; those of a graph stay there."""
    for stored in stored_messages(world, session_id):
        uuid = stored["message"]["uuid"]
        if stored.get("owner"):
            world.store.put(EPISODES, uuid, {**stored, "session_id": None})
        else:
            world.store.delete(EPISODES, uuid)
