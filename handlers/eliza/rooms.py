"""Rooms: where an agent talks, as it sees it."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ._agents import known_running_agent
from ._room_shapes import new_room_shown, room_by_reference, room_in_world, room_shown
from ._rooms import forget_room, known_room, make_room, rename_room, rooms_of


def get_agent_rooms(world: World, agent_id: str, world_id: str | None) -> Any:
    """The agent's rooms; by the reference, those of one world."""
    agent_id = known_running_agent(world, agent_id)["id"]
    rooms = rooms_of(world, agent_id)
    if world.persona == "1.7":
        return {"success": True, "data": {"rooms": [room_shown(room) for room in rooms]}}
    wanted = world_id and world_id.lower()
    shown = [room_by_reference(world, room) for room in rooms if wanted in (None, room["worldId"])]
    return {"success": True, "data": shown}


def create_room(world: World, agent_id: str, body: Record) -> Any:
    """Make a room. Release 1.7.2 picks its id itself, and knows nobody in it but the agent."""
    agent_id = known_running_agent(world, agent_id)["id"]
    if world.persona == "1.7":
        room = make_room(world, agent_id, body)
        return {"success": True, "data": new_room_shown(world, room, body)}
    room = make_room(world, agent_id, body, room_id=body.get("roomId"))
    return {"success": True, "data": room_by_reference(world, room)}


def get_room(world: World, agent_id: str, room_id: str) -> Any:
    """One room of the agent's."""
    agent_id = known_running_agent(world, agent_id)["id"]
    room = known_room(world, agent_id, room_id)
    if world.persona == "1.7":
        return {"success": True, "data": room_in_world(world, room)}
    return {"success": True, "data": room_by_reference(world, room)}


def update_room(world: World, agent_id: str, room_id: str, body: Record) -> Any:
    """Give a room another name."""
    agent_id = known_running_agent(world, agent_id)["id"]
    room = known_room(world, agent_id, room_id)
    if body.get("name"):
        room = rename_room(world, room, body["name"])
    return {"success": True, "data": room_by_reference(world, room)}


def delete_room(world: World, agent_id: str, room_id: str) -> None:
    """The agent has the room no longer, nor memories of it."""
    agent_id = known_running_agent(world, agent_id)["id"]
    forget_room(world, known_room(world, agent_id, room_id))
