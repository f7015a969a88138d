"""What the reference calls the world state: agents, users, channels and messages of a room."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..model.agents.agent import agent_name, all_agents
from ..model.channels.channel import agents_in, find_channel
from ..model.channels.messages import messages_of
from ..model.channels.participants import participants_of
from ..model.javascript import spread
from ..presenters import reference
from .connection import Connection

#: How many of the newest messages the world state holds.
_MESSAGES = 50


def world_state(world: World, room: str | None) -> dict[str, Any]:
    """Return the agents, users, channels and messages of a room, by id.

    Without a room, or for an unknown one, return all agents alone.
    """
    channel = find_channel(world, room) if room is not None else None
    if room is None or channel is None:
        agents = [agent["id"] for agent in all_agents(world)]
        return {"agents": _named(world, agents), "users": {}, "channels": {}, "messages": {}}
    agents = agents_in(world, room)
    users = [id_ for id_ in participants_of(world, room) if id_ not in agents]
    newest = messages_of(world, room, limit=_MESSAGES)
    return {
        "agents": _named(world, agents),
        "users": {user: {"id": user} for user in users},
        "channels": {room: reference.channel(channel)},
        "messages": {message["id"]: reference.message(world, message) for message in newest},
    }


def _named(world: World, agents: list[str]) -> dict[str, Any]:
    return {agent: {"id": agent, "name": agent_name(world, agent)} for agent in agents}


def send_world_state(world: World, connection: Connection, payload: Any) -> None:
    """Send the world state of a room to the client."""
    room = spread(payload).get("roomId")
    connection.emit("world-state", world_state(world, room if isinstance(room, str) else None))
