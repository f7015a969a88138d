"""Groups: rooms of several agents in one world, created together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from understudy import Problem, Record, World

from ..agents.agent import is_running
from ..channels.channel import channels_of_server
from ..channels.participants import participants_of
from ..clock import milliseconds
from ..identifiers import unique_id
from ..validation import is_uuid
from ..worlds import keep_world, world_of_agent
from .changes import clear_memories
from .room import forget_room, make_room, rooms_in_world


def create_group(world: World, server_id: str, body: Record) -> Any:
    """Create a room for each agent that runs; the response lists the others as errors.

    As in the released server, a message server that is not a UUID counts as none, a group that is
    created again keeps its first room, and the `source` in the response is always `client`.
    """
    server = server_id if is_uuid(server_id) else None
    name = body.get("name") or f"Chat {_local_time(milliseconds(world))}"
    made, missing = [], []
    for agent_id in body["agentIds"]:
        if is_running(world, agent_id):
            made.append(_make(world, agent_id.lower(), server, name, body))
        else:
            missing.append(_missing(agent_id))
    if not made:
        raise Problem(404, "Agent not found", code="NOT_FOUND")
    if missing:
        return {"success": False, "data": made, "errors": missing}, 207
    return {"success": True, "data": made}


def _make(
    world: World, agent_id: str, server_id: str | None, name: str, body: Record
) -> dict[str, Any]:
    room_id = unique_id(agent_id, "null" if server_id is None else server_id)
    given = {**body, "name": name, "type": "API", "messageServerId": server_id}
    make_room(world, agent_id, given, room_id=room_id)
    _ensure_world(world, agent_id, server_id, body)
    shown = {"id": room_id, "name": name, "source": "client", "worldId": body["worldId"]}
    return {**shown, "type": "API"}


def _ensure_world(world: World, agent_id: str, server_id: str | None, body: Record) -> None:
    world_id = body["worldId"].lower()
    if world_of_agent(world, agent_id, world_id) is None:
        record = {
            "id": world_id,
            "agentId": agent_id,
            "name": body.get("source"),
            "metadata": body.get("metadata") or {},
            "messageServerId": server_id,
            "sourceType": body.get("source"),
            "sourceId": None,
            "createdAt": milliseconds(world),
        }
        keep_world(world, record)


def _missing(agent_id: str) -> dict[str, Any]:
    return {
        "agentId": agent_id,
        "code": "CREATE_ERROR",
        "message": "Failed to Create group",
        "details": f"Agent not found: {agent_id}",
    }


def _local_time(millis: int) -> str:
    """Return what `toLocaleString()` returns in the United States, in UTC."""
    moment = datetime.fromtimestamp(millis // 1000, UTC)
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    date = f"{moment.month}/{moment.day}/{moment.year}"
    return f"{date}, {hour}:{moment.minute:02}:{moment.second:02} {half}"


def delete_group(world: World, world_id: str) -> None:
    """Delete the rooms of a world."""
    for room in rooms_in_world(world, world_id):
        forget_room(world, room)


def clear_group(world: World, server_id: str) -> None:
    """Delete all memories of the channels of a message server."""
    for channel in channels_of_server(world, server_id.lower()):
        for entity_id in participants_of(world, channel["id"]):
            clear_memories(world, entity_id, channel["id"])
