"""Rooms: where an agent talks, as the agent sees it.

An agent has a room of its own, one for each channel with messages that it takes part in, and those
that were created for it.
"""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from ..agents.agent import agent_name, find_agent
from ..channels.channel import find_channel
from ..channels.messages import messages_of
from ..channels.participants import channels_of, participants_of, takes_part
from ..clock import milliseconds
from ..identifiers import unique_id
from ..persona import is_release
from ..record_types import RoomRecord
from ..worlds import keep_world
from .changes import forget_changes, gone_until, name_of_room, newest, remove, rename

_OF_AGENT = Index(group="agentId")
_OF_WORLD = Index(group="worldId")
#: Rooms that were created for an agent.
ROOMS = Collection("rooms", (_OF_AGENT, _OF_WORLD), record=RoomRecord)

#: A time after all others.
_FOREVER = 1 << 62


def rooms_of(world: World, agent_id: str) -> list[Record]:
    """Return the agent's rooms: its own, those of its channels, and those created for it."""
    own = own_room(world, agent_id)
    rooms = [] if own is None else [own]
    for channel_id in channels_of(world, agent_id):
        room = room_of(world, agent_id, channel_id)
        if room is not None:
            rooms.append(room)
    return rooms + world.store.list(ROOMS, _OF_AGENT, agent_id)


def own_room(world: World, agent_id: str) -> Record | None:
    """Return the room that an agent has from the start, for itself."""
    if find_agent(world, agent_id) is None or gone_until(world, agent_id, agent_id):
        return None
    return {
        "id": agent_id,
        "name": name_of_room(world, agent_id, agent_id) or agent_name(world, agent_id),
        "channelId": agent_id,
        "agentId": agent_id,
        "messageServerId": agent_id,
        "worldId": agent_id,
        "type": "SELF",
        "source": "elizaos",
        "metadata": None,
        "worldName": f"{agent_name(world, agent_id)}'s World",
        "entities": [agent_id],
    }


def room_of(world: World, agent_id: str, channel_id: str) -> Record | None:
    """Return the room of a channel that the agent takes part in; None while it has no messages."""
    channel = find_channel(world, channel_id)
    if channel is None or not takes_part(world, channel_id, agent_id):
        return None
    messages = messages_of(
        world, channel_id, limit=1, after=gone_until(world, agent_id, channel_id)
    )
    return _room_of_channel(world, agent_id, channel, messages[0]) if messages else None


def _room_of_channel(world: World, agent_id: str, channel: Record, message: Record) -> Record:
    channel_id, server_id = channel["id"], channel["messageServerId"]
    return {
        "id": unique_id(agent_id, channel_id),
        "name": name_of_room(world, agent_id, channel_id) or f"Channel {channel_id[:8]}",
        "channelId": channel_id,
        "agentId": agent_id,
        "messageServerId": server_id,
        "worldId": unique_id(agent_id, server_id),
        "type": "GROUP",
        "source": "user" if message["isAgent"] else message["sourceType"],
        "metadata": None,
        "worldName": f"Server {server_id[:8]}",
        "entities": participants_of(world, channel_id),
    }


def find_room(world: World, agent_id: str, room_id: str) -> Record | None:
    """Return the agent's room with this id, or None."""
    room_id = room_id.lower()
    if room_id == agent_id:
        return own_room(world, agent_id)
    created = world.store.get(ROOMS, _key(agent_id, room_id))
    if created is not None:
        return created
    for channel_id in channels_of(world, agent_id):
        if unique_id(agent_id, channel_id) == room_id:
            return room_of(world, agent_id, channel_id)
    return None


def known_room(world: World, agent_id: str, room_id: str) -> Record:
    """Return the agent's room. Raises Problem 404."""
    room = find_room(world, agent_id, room_id)
    if room is None:
        raise Problem(404, "Room not found", code="NOT_FOUND")
    return room


def channel_meant(world: World, agent_id: str, room_id: str) -> str | None:
    """Return the channel of a room in a request, or None.

    The reference means the room's id; release 1.7.2 takes it for that of a channel. So does the
    stand-in, if there is such a channel.
    """
    if takes_part(world, room_id.lower(), agent_id):
        return room_id.lower()
    room = None if is_release(world) else find_room(world, agent_id, room_id)
    return None if room is None else room["channelId"]


def make_room(world: World, agent_id: str, given: Record, *, room_id: str | None = None) -> Record:
    """Create a room for an agent, in a world of its own unless one is named.

    If the agent has a room with the id already, return that one.
    """
    room_id = (room_id or world.ids.uuid()).lower()
    room = find_room(world, agent_id, room_id)
    if room is not None:
        return room
    world_id = given.get("worldId") or _make_world(world, agent_id, given)
    room = {
        "id": room_id,
        "name": given["name"],
        "channelId": room_id,
        "agentId": agent_id,
        "messageServerId": given.get("messageServerId"),
        "worldId": world_id.lower(),
        "type": given.get("type") or "DM",
        "source": given.get("source") or "client",
        "metadata": given.get("metadata"),
        "entities": [agent_id, *filter(None, [given.get("entityId")])],
    }
    world.store.put(ROOMS, _key(agent_id, room_id), room)
    return room


def _make_world(world: World, agent_id: str, given: Record) -> str:
    record = {
        "id": world.ids.uuid(),
        "agentId": agent_id,
        "name": f"World for {given['name']}",
        "metadata": given.get("metadata") or {},
        "messageServerId": given.get("messageServerId"),
        "sourceType": given.get("source") or "client",
        "sourceId": None,
        "createdAt": milliseconds(world),
    }
    return str(keep_world(world, record)["id"])


def rename_room(world: World, room: Record, name: str) -> Record:
    """Store the room with another name and return it."""
    changed = {**room, "name": name}
    key = _key(room["agentId"], room["id"])
    if world.store.get(ROOMS, key) is not None:
        world.store.put(ROOMS, key, changed)
    else:
        rename(world, room["agentId"], room["channelId"], name)
    return changed


def forget_room(world: World, room: Record) -> None:
    """Delete a room; that of a channel comes back with the next message."""
    agent_id, channel_id = room["agentId"], room["channelId"]
    if world.store.delete(ROOMS, _key(agent_id, room["id"])):
        return
    until = _FOREVER if channel_id == agent_id else newest(world, channel_id)
    remove(world, agent_id, channel_id, until)


def forget_rooms_of_agent(world: World, agent_id: str) -> None:
    """Delete all rooms of an agent, and its changes of rooms."""
    for room in world.store.list(ROOMS, _OF_AGENT, agent_id):
        world.store.delete(ROOMS, _key(agent_id, room["id"]))
    forget_changes(world, agent_id)


def rooms_in_world(world: World, world_id: str) -> list[Record]:
    """Return the rooms of all agents that were created in a world."""
    return world.store.list(ROOMS, _OF_WORLD, world_id.lower())


def _key(agent_id: str, other_id: str) -> str:
    return f"{agent_id} {other_id}"
