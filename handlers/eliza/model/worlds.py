"""Worlds: what an agent's rooms are in, such as a server of Discord."""

from __future__ import annotations

from understudy import Collection, Index, Record, World

from .record_types import WorldRecord

_IN_ORDER = Index()
_OF_AGENT = Index(group="agentId")
WORLDS = Collection("worlds", (_IN_ORDER, _OF_AGENT), record=WorldRecord, key="id")


def keep_world(world: World, record: Record) -> Record:
    """Store a world of an agent and return it."""
    world.store.put(WORLDS, record["id"], record)
    return record


def world_of_agent(world: World, agent_id: str, world_id: str) -> Record | None:
    """Return a world of the agent, or None."""
    record = world.store.get(WORLDS, world_id.lower())
    return record if record is not None and record["agentId"] == agent_id else None


def all_worlds(world: World) -> list[Record]:
    """Return the worlds of all agents, oldest first."""
    return world.store.list(WORLDS, _IN_ORDER)


def forget_worlds_of_agent(world: World, agent_id: str) -> None:
    """Delete the worlds of an agent."""
    for record in world.store.list(WORLDS, _OF_AGENT, agent_id):
        world.store.delete(WORLDS, record["id"])
