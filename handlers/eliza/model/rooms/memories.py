"""Memories: what an agent remembers of the messages in its channels.

Memories are the messages themselves, but for those that were changed or deleted, so posting a
message costs nothing more.
"""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Record, World

from ..channels.messages import find_message, messages_of
from ..channels.participants import channels_of, takes_part
from ..identifiers import unique_id
from ..record_types import MemoryChangeRecord
from .changes import clear_memories, cleared_until

_OF_AGENT = Index(group="agentId")
#: Memories that were changed or deleted, by agent and message.
MEMORY_CHANGES = Collection(
    "changes of memories", (_OF_AGENT,), record=MemoryChangeRecord, key="key"
)

#: The table of memories of messages; all other tables are empty.
MESSAGES_TABLE = "messages"


def memories_of_agent(world: World, agent_id: str) -> list[dict[str, Any]]:
    """Return all that the agent remembers, newest first."""
    memories = [
        memory
        for channel_id in channels_of(world, agent_id)
        for memory in memories_of(world, agent_id, channel_id)
    ]
    memories.sort(key=lambda memory: (memory["createdAt"], memory["id"]), reverse=True)
    return memories


def memories_of(
    world: World,
    agent_id: str,
    channel_id: str,
    *,
    limit: int | None = None,
    before: int | None = None,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """Return what the agent remembers of a channel between two times, newest first."""
    cleared = cleared_until(world, agent_id, channel_id)
    changes = world.store.count(MEMORY_CHANGES, _OF_AGENT, agent_id)
    messages = messages_of(
        world,
        channel_id,
        limit=None if limit is None else limit + changes,
        before=before,
        after=max((moment for moment in (after, cleared) if moment is not None), default=None),
    )
    if not changes:
        return [_memory_json(agent_id, message, {}) for message in messages]
    changed = [(message, _change(world, agent_id, message["id"])) for message in messages]
    kept = [
        _memory_json(agent_id, message, change) for message, change in changed if change is not None
    ]
    return kept[:limit]


def find_memory(world: World, agent_id: str, memory_id: str) -> Record | None:
    """Return the message that the agent remembers under this id, or None."""
    message = find_message(world, memory_id.lower())
    if message is None or not takes_part(world, message["channelId"], agent_id):
        return None
    cleared = cleared_until(world, agent_id, message["channelId"])
    forgotten = cleared is not None and message["createdAt"] <= cleared
    return None if forgotten or _change(world, agent_id, message["id"]) is None else message


def change_memory(world: World, agent_id: str, message: Record, given: Record) -> None:
    """Replace the content or the metadata of a memory, each as a whole."""
    changes = {name: given[name] for name in ("content", "metadata") if given.get(name) is not None}
    previous = _change(world, agent_id, message["id"]) or {}
    _put_change(world, agent_id, message, {**previous, **changes})


def forget_memory(world: World, agent_id: str, message: Record) -> None:
    """Delete a memory; the message stays."""
    _put_change(world, agent_id, message, {"forgotten": True})


def forget_all(world: World, agent_id: str) -> int:
    """Delete all memories of an agent; return how many there were."""
    count = 0
    for channel_id in channels_of(world, agent_id):
        count += len(memories_of(world, agent_id, channel_id))
        clear_memories(world, agent_id, channel_id)
    for change in world.store.list(MEMORY_CHANGES, _OF_AGENT, agent_id):
        world.store.delete(MEMORY_CHANGES, change["key"])
    return count


def _put_change(world: World, agent_id: str, message: Record, change: Record) -> None:
    key = _key(agent_id, message["id"])
    world.store.put(MEMORY_CHANGES, key, {**change, "key": key, "agentId": agent_id})


def _change(world: World, agent_id: str, message_id: str) -> Record | None:
    """Return the changes of a memory; None if it was deleted."""
    change = world.store.get(MEMORY_CHANGES, _key(agent_id, message_id)) or {}
    return None if change.get("forgotten") else change


def _key(agent_id: str, message_id: str) -> str:
    return f"{agent_id} {message_id}"


def _memory_json(agent_id: str, message: Record, change: Record) -> dict[str, Any]:
    of_agent = message["authorId"] == agent_id
    return {
        "id": message["id"],
        "type": MESSAGES_TABLE,
        "createdAt": message["createdAt"],
        "content": change.get("content")
        or (_agent_content if of_agent else _user_content)(message),
        "entityId": message["authorId"],
        "agentId": agent_id,
        "roomId": unique_id(agent_id, message["channelId"]),
        "unique": True,
        "metadata": change.get("metadata") or ({} if of_agent else _user_metadata(message)),
    }


def _user_content(message: Record) -> dict[str, Any]:
    content = {"text": message["content"], "source": message["sourceType"]}
    raw = message["rawMessage"]
    if isinstance(raw, dict) and raw.get("attachments"):
        content["attachments"] = raw["attachments"]
    if message["inReplyTo"]:
        content["inReplyTo"] = message["inReplyTo"]
    return content


def _agent_content(message: Record) -> dict[str, Any]:
    raw = message["rawMessage"] if isinstance(message["rawMessage"], dict) else {}
    content = {
        "text": message["content"],
        "thought": raw.get("thought", ""),
        "actions": raw.get("actions", []),
        "providers": [],
        "simple": True,
        "responseId": message["id"],
    }
    return {**content, "inReplyTo": message["inReplyTo"]} if message["inReplyTo"] else content


def _user_metadata(message: Record) -> dict[str, Any]:
    author = message["authorId"]
    raw = message["rawMessage"] if isinstance(message["rawMessage"], dict) else {}
    metadata = message["metadata"] if isinstance(message["metadata"], dict) else {}
    return {
        "type": "message",
        "source": message["sourceType"],
        "sourceId": message["id"],
        "raw": {**raw, "senderId": author, "senderName": f"User-{author[:8]}"},
        **metadata,
    }
