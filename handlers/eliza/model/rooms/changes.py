"""Rooms that an agent sees differently from its channels: renamed, deleted or cleared.

Posting a message in a channel writes none of it.
"""

from __future__ import annotations

from understudy import Collection, Index, Record, World

from ..channels.messages import messages_of
from ..record_types import RoomChangeRecord

_OF_AGENT = Index(group="agentId")
#: By agent and channel: the `name` of the room, and the times up to which messages are cleared
#: (`cleared`) or the room does not exist (`gone`).
ROOM_CHANGES = Collection("changes of rooms", (_OF_AGENT,), record=RoomChangeRecord, key="key")


def name_of_room(world: World, agent_id: str, channel_id: str) -> str | None:
    """Return the name that the agent's room was given, or None."""
    name: str | None = _change(world, agent_id, channel_id).get("name")
    return name


def gone_until(world: World, agent_id: str, channel_id: str) -> int | None:
    """Return the time up to which there is no room, or None."""
    until: int | None = _change(world, agent_id, channel_id).get("gone")
    return until


def cleared_until(world: World, agent_id: str, channel_id: str) -> int | None:
    """Return the time up to which the agent remembers nothing, or None."""
    until: int | None = _change(world, agent_id, channel_id).get("cleared")
    return until


def rename(world: World, agent_id: str, channel_id: str, name: str) -> None:
    """Store another name of the agent's room."""
    _keep(world, agent_id, channel_id, {"name": name})


def clear_memories(world: World, agent_id: str, channel_id: str) -> None:
    """Let the agent forget the messages of the channel so far."""
    _keep(world, agent_id, channel_id, {"cleared": newest(world, channel_id)})


def remove(world: World, agent_id: str, channel_id: str, until: int) -> None:
    """Remove the room for messages until then, and its name."""
    _keep(world, agent_id, channel_id, {"name": None, "gone": until, "cleared": until})


def forget_changes(world: World, agent_id: str) -> None:
    """Delete all changes of an agent."""
    for change in world.store.list(ROOM_CHANGES, _OF_AGENT, agent_id):
        world.store.delete(ROOM_CHANGES, change["key"])


def newest(world: World, channel_id: str) -> int:
    """Return the time of the last message of a channel; 0 if there is none."""
    messages = messages_of(world, channel_id, limit=1)
    return int(messages[0]["createdAt"]) if messages else 0


def _change(world: World, agent_id: str, channel_id: str) -> Record:
    return world.store.get(ROOM_CHANGES, f"{agent_id} {channel_id}") or {}


def _keep(world: World, agent_id: str, channel_id: str, change: Record) -> None:
    changes = _change(world, agent_id, channel_id)
    key = f"{agent_id} {channel_id}"
    world.store.put(ROOM_CHANGES, key, {**changes, **change, "key": key, "agentId": agent_id})
