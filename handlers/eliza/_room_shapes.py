"""Rooms as they are shown."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ._agents import agent_name
from ._state import milliseconds
from ._worlds import world_of_agent

_SHOWN = ("id", "name", "channelId", "agentId", "messageServerId", "worldId", "type", "source")


def room_by_reference(world: World, room: Record) -> dict[str, Any]:
    """The room as the reference shows it: with who is in it."""
    shown = {name: room[name] for name in ("id", "name", "source", "worldId")}
    entities = [{"id": some, "name": _name_of(world, some)} for some in room["entities"]]
    return {**shown, "entities": entities}


def room_shown(room: Record) -> dict[str, Any]:
    """The room as @elizaos/server 1.7.2 shows it. It keeps no metadata."""
    shown = {name: room[name] for name in _SHOWN}
    return {**shown, "metadata": None, "serverId": room["messageServerId"]}


def room_in_world(world: World, room: Record) -> dict[str, Any]:
    """The room as that release shows it alone: with the name of its world, where there is one."""
    name = _world_name(world, room)
    return {**room_shown(room), "worldName": name} if name else room_shown(room)


def new_room_shown(world: World, room: Record, given: Record) -> dict[str, Any]:
    """A room as it is answered when it is made: with what it was asked for, and nothing else."""
    server = "messageServerId" if world.persona == "1.7" else "serverId"
    shown = {name: room[name] for name in ("id", "name", "agentId", "source", "type", "worldId")}
    shown["createdAt"] = milliseconds(world)
    told = {server: room["messageServerId"], "metadata": given.get("metadata")}
    return {**shown, **{name: value for name, value in told.items() if value is not None}}


def _world_name(world: World, room: Record) -> str | None:
    """The name of the world that a room is in, where there is such a world."""
    if "worldName" in room:
        return str(room["worldName"])
    found = world_of_agent(world, room["agentId"], room["worldId"])
    return None if found is None else found["name"]


def _name_of(world: World, entity_id: str) -> str:
    return agent_name(world, entity_id) or f"User-{entity_id[:8]}"
