"""Agents: find them, start them, and change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ..clock import milliseconds
from ..logs.agent_log import log_start
from ..record_types import AgentRecord
from ..servers import DEFAULT_SERVER, join_server

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
    "topics": ["conversation", "feelings", "everyday life"],
    "adjectives": ["patient", "curious"],
    "style": {"all": ["Be brief", "Ask one question at a time"], "chat": [], "post": []},
}

#: Agents, the running ones first, then by name.
BY_STATUS_AND_NAME = Index(order="place")
AGENTS = Collection("agents", (BY_STATUS_AND_NAME,), record=AgentRecord)

#: The fields of a character that an agent keeps, with their defaults. A server keeps neither the
#: templates nor the secrets.
_KEPT: Mapping[str, Any] = {
    "name": "",
    "username": "",
    "system": "",
    "bio": "",
    "messageExamples": [],
    "postExamples": [],
    "topics": [],
    "adjectives": [],
    "knowledge": [],
    "plugins": [],
    "settings": {},
    "style": {},
}

#: Fields that a change may set to null; a null in any other makes a server ignore the whole change.
_MAY_BE_NULL = frozenset({"username", "system", "bio"})


def add_agent(world: World, character: Record, now: int, *, running: bool = True) -> Record:
    """Store an agent with this character; `now` is in milliseconds."""
    agent = {
        "id": character["id"],
        "enabled": True,
        "server_id": None,
        "createdAt": now,
        "updatedAt": now,
        **{name: character.get(name, default) for name, default in _KEPT.items()},
        "status": "active" if running else "inactive",
    }
    keep_agent(world, agent)
    if running:
        _settle(world, agent)
    return agent


def _settle(world: World, agent: Record) -> None:
    """Let an agent that has just started serve on the default message server."""
    join_server(world, DEFAULT_SERVER, agent["id"])
    log_start(world, agent)


def keep_agent(world: World, agent: Record) -> Record:
    """Store an agent in its place: running ones come first, then by name."""
    place = f"{agent['status']} {agent['name'].casefold()}"
    world.store.put(AGENTS, agent["id"], {"agent": agent, "place": place})
    return agent


def with_changes(agent: Record, changes: Record, now: int) -> Record:
    """Return the agent with these changes; unknown fields are ignored."""
    given = {name: changes[name] for name in (*_KEPT, "enabled") if name in changes}
    if any(value is None for name, value in given.items() if name not in _MAY_BE_NULL):
        return agent
    emptied = {name: _KEPT[name] for name, value in given.items() if value is None}
    return {**agent, **given, **emptied, "updatedAt": now} if changes else agent


def agent_json(agent: Record) -> dict[str, Any]:
    """Return an agent as responses show it: without an empty system prompt."""
    return {name: value for name, value in agent.items() if name != "system" or value}


def all_agents(world: World) -> list[Record]:
    """Return all agents, the running ones first, then by name."""
    return [record["agent"] for record in world.store.list(AGENTS, BY_STATUS_AND_NAME)]


def running_agents(world: World) -> list[Record]:
    """Return the running agents, by name."""
    records = world.store.list(AGENTS, BY_STATUS_AND_NAME, below="active!")
    return [record["agent"] for record in records]


def find_agent(world: World, agent_id: str) -> Record | None:
    """Return an agent, running or not, or None."""
    record = world.store.get(AGENTS, agent_id.lower())
    return None if record is None else record["agent"]


def known_agent(world: World, agent_id: str) -> Record:
    """Return an agent, running or not. Raises Problem 404."""
    agent = find_agent(world, agent_id)
    if agent is None:
        raise Problem(404, "Agent not found", code="NOT_FOUND")
    return agent


def known_running_agent(world: World, agent_id: str) -> Record:
    """Return a running agent. Raises Problem 404 for any other, as for an unknown one."""
    agent = known_agent(world, agent_id)
    if agent["status"] != "active":
        raise Problem(404, "Agent not found", code="NOT_FOUND")
    return agent


def running_agent(world: World, agent_id: str) -> Record:
    """Return the running agent for a session. Raises Problem 404 with the agent's id."""
    agent = find_agent(world, agent_id)
    if agent is None or agent["status"] != "active":
        raise Problem(404, f"Agent with ID '{agent_id}' not found", code="AGENT_NOT_FOUND")
    return agent


def is_running(world: World, agent_id: str) -> bool:
    """Return whether there is such an agent, and it runs."""
    agent = find_agent(world, agent_id)
    return agent is not None and agent["status"] == "active"


def agent_name(world: World, agent_id: str) -> str:
    """Return the agent's name; empty if there is no such agent."""
    agent = find_agent(world, agent_id)
    return "" if agent is None else str(agent["name"])


def start(world: World, agent: Record) -> None:
    """Start an agent, unless it runs already."""
    if agent["status"] != "active":
        _settle(world, in_status(world, agent, "active"))


def in_status(world: World, agent: Record, status: str) -> Record:
    """Store the agent with another status, and return it."""
    return keep_agent(world, {**agent, "status": status, "updatedAt": milliseconds(world)})
