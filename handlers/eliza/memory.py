"""Memory: what agents remember of messages, and the rooms of these."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import known_running_agent
from .model.javascript import parse_int
from .model.persona import is_release
from .model.rooms.changes import clear_memories
from .model.rooms.groups import clear_group, create_group, delete_group
from .model.rooms.memories import (
    MESSAGES_TABLE,
    change_memory,
    find_memory,
    forget_all,
    forget_memory,
    memories_of,
    memories_of_agent,
)
from .model.rooms.room import channel_meant, find_room, known_room, make_room, rooms_of
from .presenters import presenter, release

_USUAL_PAGE = 20


def get_agent_memories(
    world: World,
    agent_id: str,
    table_name: str,
    include_embedding: bool,
    channel_id: str | None,
    room_id: str | None,
) -> Any:
    """List all that the agent remembers, or what it remembers of one channel or room."""
    agent_id = known_running_agent(world, agent_id)["id"]
    memories: list[Any] = []
    if table_name == MESSAGES_TABLE:
        memories = _memories(world, agent_id, channel_id, room_id)
    return {"success": True, "data": {"memories": memories}}


get_memories_of_agent = get_agent_memories


def _memories(
    world: World, agent_id: str, channel_id: str | None, room_id: str | None
) -> list[dict[str, Any]]:
    if not channel_id and not room_id:
        return memories_of_agent(world, agent_id)
    if not channel_id:
        room = find_room(world, agent_id, room_id or "")
        channel_id = room["channelId"] if room else ""
    return memories_of(world, agent_id, channel_id.lower()) if channel_id else []


def get_room_memories(
    world: World,
    agent_id: str,
    room_id: str,
    count: int,
    unique: bool,
    start: int | None,
    end: int | None,
    limit: str | None,
    before: str | None,
    table_name: str,
    include_embedding: bool,
) -> Any:
    """List what the agent remembers of a room.

    The reference bounds the list by `count`, `start` and `end`, release 1.7.2 by `limit` and
    `before`.
    """
    if is_release(world):
        return get_memory_room_memories(
            world, agent_id, room_id, limit, before, table_name, include_embedding
        )
    agent_id = known_running_agent(world, agent_id)["id"]
    channel_id = channel_meant(world, agent_id, room_id)
    if channel_id is None:
        channel_id = known_room(world, agent_id, room_id)["channelId"]
    above = None if start is None else start - 1
    below = None if end is None else end + 1
    size = max(count, 0)
    memories = memories_of(world, agent_id, channel_id, limit=size, before=below, after=above)
    return {"success": True, "data": memories}


def get_memory_room_memories(
    world: World,
    agent_id: str,
    room_id: str,
    limit: str | None,
    before: str | None,
    table_name: str,
    include_embedding: bool,
) -> Any:
    """List what the agent remembers of a channel, which the path calls a room."""
    agent_id = known_running_agent(world, agent_id)["id"]
    size = parse_int(limit) if limit else _USUAL_PAGE
    until = parse_int(before) if before else None
    channel_id = channel_meant(world, agent_id, room_id)
    memories: list[Any] = []
    if channel_id is not None and table_name == MESSAGES_TABLE:
        memories = memories_of(
            world,
            agent_id,
            channel_id,
            limit=size if size and size > 0 else None,
            before=until + 1 if until else None,
        )
    return {"success": True, "data": {"memories": memories}}


def update_agent_memory(world: World, agent_id: str, memory_id: str, body: Record) -> Any:
    """Change a memory. Release 1.7.2 reports success even if there is none."""
    agent_id = known_running_agent(world, agent_id)["id"]
    message = find_memory(world, agent_id, memory_id)
    if message is not None:
        change_memory(world, agent_id, message, body)
    elif not is_release(world):
        raise Problem(404, "Memory not found", code="NOT_FOUND")
    data = {"id": memory_id, "message": "Memory updated successfully"}
    return {"success": True, "data": data}


update_memory_of_agent = update_agent_memory


def delete_memory(world: World, agent_id: str, memory_id: str) -> Any:
    """Delete a memory; it is no error if there is none."""
    agent_id = known_running_agent(world, agent_id)["id"]
    message = find_memory(world, agent_id, memory_id)
    if message is not None:
        forget_memory(world, agent_id, message)
    return {"success": True, "data": {"message": "Memory deleted successfully"}}


delete_memory_of_agent = delete_memory


def delete_all_agent_memories(world: World, agent_id: str) -> Any:
    """Delete all memories of an agent."""
    deleted = forget_all(world, known_running_agent(world, agent_id)["id"])
    data = {"deleted": deleted, "message": "All agent memories cleared successfully"}
    return {"success": True, "data": data}


clear_memories_of_agent = delete_all_agent_memories


def delete_room_memories(world: World, agent_id: str, room_id: str) -> None:
    """Delete the memories of a room.

    Release 1.7.2 looks for memories of another type, and so deletes nothing.
    """
    agent_id = known_running_agent(world, agent_id)["id"]
    channel_id = channel_meant(world, agent_id, room_id)
    if channel_id is not None and not is_release(world):
        clear_memories(world, agent_id, channel_id)


clear_room_memories_of_agent = delete_room_memories


def create_memory_room(world: World, agent_id: str, body: Record) -> Any:
    """Create a room for an agent."""
    agent_id = known_running_agent(world, agent_id)["id"]
    given = body
    if not is_release(world) and "messageServerId" not in body:
        given = {**body, "messageServerId": body.get("serverId")}
    room = make_room(world, agent_id, given)
    return {
        "success": True,
        "data": presenter(world).created_room(world, room, body.get("metadata")),
    }


def list_agent_rooms(world: World, agent_id: str) -> Any:
    """List the agent's rooms, as 1.7.2 shows them."""
    rooms = rooms_of(world, known_running_agent(world, agent_id)["id"])
    return {"success": True, "data": {"rooms": [release.listed_room(room) for room in rooms]}}


def get_memory_room(world: World, agent_id: str, room_id: str) -> Any:
    """Return a room, as 1.7.2 shows it."""
    agent_id = known_running_agent(world, agent_id)["id"]
    return {"success": True, "data": release.room(world, known_room(world, agent_id, room_id))}


def create_world_from_message_server(world: World, message_server_id: str, body: Record) -> Any:
    """Create a room for each of several agents, in one world."""
    return create_group(world, message_server_id, body)


def delete_world(world: World, message_server_id: str) -> None:
    """Delete the rooms of a world. Release 1.7.2 does not find the rooms that it made."""
    if not is_release(world):
        delete_group(world, message_server_id)


def clear_world_memories(world: World, message_server_id: str) -> None:
    """Delete all agents' memories of a message server. Release 1.7.2 finds none."""
    if not is_release(world):
        clear_group(world, message_server_id)
