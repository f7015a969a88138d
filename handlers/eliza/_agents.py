"""Agents: who there is to talk to."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from ._state import AGENTS

#: The agent that is there from the start.
ELIZA: Record = {
    "id": "11111111-1111-4111-8111-111111111111",
    "name": "Eliza",
    "username": "eliza",
    "system": "You are Eliza, a patient listener. Answer briefly, and ask back.",
    "bio": [
        "A patient listener who answers with questions",
        "Named after the program that Joseph Weizenbaum wrote in 1966",
    ],
    "messageExamples": [],
    "postExamples": [],
    "topics": ["conversation", "feelings", "everyday life"],
    "adjectives": ["patient", "curious"],
    "knowledge": [],
    "plugins": [],
    "settings": {},
    "style": {"all": ["Be brief", "Ask one question at a time"], "chat": [], "post": []},
}


def add_agent(world: World, character: Record, now: int) -> None:
    """Store a running agent of this character."""
    agent = {**character, "enabled": True, "createdAt": now, "updatedAt": now, "status": "active"}
    place = f"{agent['status']} {agent['name']}"
    world.store.put(AGENTS, agent["id"], {"agent": agent, "place": place})


def agent_summary(agent: Record) -> dict[str, Any]:
    """The agent as lists show it."""
    return {
        "id": agent["id"],
        "name": agent["name"],
        "characterName": agent["name"],
        "bio": agent["bio"][0] if agent["bio"] else "",
        "status": agent["status"],
    }


def known_agent(world: World, agent_id: str) -> Record:
    """The agent, running or not."""
    record = world.store.get(AGENTS, agent_id)
    if record is None:
        raise Problem(404, "Agent not found", code="NOT_FOUND")
    agent: Record = record["agent"]
    return agent


def running_agent(world: World, agent_id: str) -> Record:
    """The agent that a session is to talk to."""
    record = world.store.get(AGENTS, agent_id)
    if record is None or record["agent"]["status"] != "active":
        raise Problem(404, f"Agent with ID '{agent_id}' not found", code="AGENT_NOT_FOUND")
    agent: Record = record["agent"]
    return agent
