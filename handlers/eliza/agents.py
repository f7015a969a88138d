"""Agents: the characters that sessions talk to."""

from __future__ import annotations

from typing import Any

from understudy import World

from ._agents import agent_summary, known_agent
from ._state import AGENTS, BY_STATUS_AND_NAME


def list_agents(world: World) -> Any:
    """All agents, those that run first, then by name."""
    records = world.store.list(AGENTS, BY_STATUS_AND_NAME)
    return {
        "success": True,
        "data": {"agents": [agent_summary(record["agent"]) for record in records]},
    }


def get_agent(world: World, agent_id: str) -> Any:
    """One agent, with its whole character."""
    return {"success": True, "data": known_agent(world, agent_id)}
