"""Stops and deletes agents, with all that belongs to them."""

from __future__ import annotations

from understudy import Record, World

from .agents.agent import AGENTS, in_status
from .channels.participants import leave_channels
from .logs.agent_log import forget_entries_of_agent
from .logs.server_log import log
from .rooms.room import forget_rooms_of_agent
from .servers import leave_servers
from .worlds import forget_worlds_of_agent


def stop(world: World, agent: Record) -> None:
    """Stop an agent; it stays in its channels and message servers."""
    in_status(world, agent, "inactive")
    log(world, "info", f"Agent stopped: {agent['name']}", agent)


def forget(world: World, agent: Record) -> None:
    """Delete an agent with its worlds, rooms and log, and remove it from channels and servers."""
    agent_id = agent["id"]
    log(world, "success", f"Agent deleted: {agent['name']}", agent)
    leave_channels(world, agent_id)
    leave_servers(world, agent_id)
    forget_worlds_of_agent(world, agent_id)
    forget_rooms_of_agent(world, agent_id)
    forget_entries_of_agent(world, agent_id)
    world.store.delete(AGENTS, agent_id)
