"""Rooms: where an agent talks, as the agent sees it."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from .model.agents.agent import known_running_agent
from .model.persona import is_release
from .model.rooms.room import forget_room, known_room, make_room, rename_room, rooms_of
from .presenters import presenter, reference, release


def get_agent_rooms(world: World, agent_id: str, world_id: str | None) -> Any:
    """List the agent's rooms; in the reference, those of one world if one is given."""
    agent_id = known_running_agent(world, agent_id)["id"]
    rooms = rooms_of(world, agent_id)
    if is_release(world):
        return {"success": True, "data": {"rooms": [release.listed_room(room) for room in rooms]}}
    wanted = world_id and world_id.lower()
    shown = [reference.room(world, room) for room in rooms if wanted in (None, room["worldId"])]
    return {"success": True, "data": shown}


def create_room(world: World, agent_id: str, body: Record) -> Any:
    """Create a room. Release 1.7.2 chooses the id itself, and the agent alone is in the room."""
    agent_id = known_running_agent(world, agent_id)["id"]
    if is_release(world):
        room = make_room(world, agent_id, body)
        return {"success": True, "data": release.created_room(world, room, body.get("metadata"))}
    room = make_room(world, agent_id, body, room_id=body.get("roomId"))
    return {"success": True, "data": reference.room(world, room)}


def get_room(world: World, agent_id: str, room_id: str) -> Any:
    """Return one room of the agent."""
    agent_id = known_running_agent(world, agent_id)["id"]
    room = known_room(world, agent_id, room_id)
    return {"success": True, "data": presenter(world).room(world, room)}


def update_room(world: World, agent_id: str, room_id: str, body: Record) -> Any:
    """Rename a room."""
    agent_id = known_running_agent(world, agent_id)["id"]
    room = known_room(world, agent_id, room_id)
    if body.get("name"):
        room = rename_room(world, room, body["name"])
    return {"success": True, "data": reference.room(world, room)}


def delete_room(world: World, agent_id: str, room_id: str) -> None:
    """Delete a room of the agent, with its memories of it."""
    agent_id = known_running_agent(world, agent_id)["id"]
    forget_room(world, known_room(world, agent_id, room_id))
