"""What an agent sees otherwise than its channels have it: rooms under another name, rooms that are
gone, and what it has forgotten. Saying something in a channel writes none of it."""

from __future__ import annotations

from understudy import Collection, Index, Record, World

from ..channels.messages import messages_of

_OF_AGENT = Index(group="agentId")
#: By agent and channel: the `name` of the room, and the moments up to which all that was said is
#: forgotten (`cleared`), or there was no room at all (`gone`).
ROOM_CHANGES = Collection("changes of rooms", (_OF_AGENT,))


def name_of_room(world: World, agent_id: str, channel_id: str) -> str | None:
    """The name that the agent's room was given."""
    name: str | None = _change(world, agent_id, channel_id).get("name")
    return name


def gone_until(world: World, agent_id: str, channel_id: str) -> int | None:
    """The last moment of which there is no room."""
    until: int | None = _change(world, agent_id, channel_id).get("gone")
    return until


def cleared_until(world: World, agent_id: str, channel_id: str) -> int | None:
    """The last moment of which the agent remembers nothing."""
    until: int | None = _change(world, agent_id, channel_id).get("cleared")
    return until


def rename(world: World, agent_id: str, channel_id: str, name: str) -> None:
    """The agent's room is called otherwise."""
    _keep(world, agent_id, channel_id, {"name": name})


def clear_memories(world: World, agent_id: str, channel_id: str) -> None:
    """The agent forgets what was said in the channel so far."""
    _keep(world, agent_id, channel_id, {"cleared": newest(world, channel_id)})


def remove(world: World, agent_id: str, channel_id: str, until: int) -> None:
    """There is no room for what was said until then, nor a name for it."""
    _keep(world, agent_id, channel_id, {"name": None, "gone": until, "cleared": until})


def forget_changes(world: World, agent_id: str) -> None:
    """The agent is gone."""
    for change in world.store.list(ROOM_CHANGES, _OF_AGENT, agent_id):
        world.store.delete(ROOM_CHANGES, change["key"])


def newest(world: World, channel_id: str) -> int:
    """When the last message of a channel was said."""
    found = messages_of(world, channel_id, limit=1)
    return int(found[0]["createdAt"]) if found else 0


def _change(world: World, agent_id: str, channel_id: str) -> Record:
    return world.store.get(ROOM_CHANGES, f"{agent_id} {channel_id}") or {}


def _keep(world: World, agent_id: str, channel_id: str, change: Record) -> None:
    known = _change(world, agent_id, channel_id)
    key = f"{agent_id} {channel_id}"
    world.store.put(ROOM_CHANGES, key, {**known, **change, "key": key, "agentId": agent_id})
