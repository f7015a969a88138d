"""What is logged: by the server as a whole, and for each agent. Only the last entries are kept."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Record, World

from ._logrooms import tell_of_entry
from ._state import AGENTS, iso, milliseconds

#: How many entries the server keeps, and how many of each agent.
MOST_KEPT = 1000
MOST_KEPT_OF_AGENT = 100

#: What the server logs, in order.
_IN_ORDER = Index()
LOGS = Collection("server logs", (_IN_ORDER,))

#: What is logged for each agent, in order.
_OF_AGENT = Index(group="agentId")
AGENT_LOGS = Collection("agent logs", (_OF_AGENT,))

#: The levels, and their numbers.
LEVELS = {
    "fatal": 60,
    "error": 50,
    "warn": 40,
    "info": 30,
    "log": 29,
    "progress": 28,
    "success": 27,
    "debug": 20,
    "trace": 10,
}

#: What agents log: that they asked a model for something.
MODEL_USED = "useModel:"


def log(world: World, level: str, message: str, agent_id: str | None = None) -> None:
    """Write an entry into the server's log; the oldest gives way where there are too many."""
    key = str(world.store.serial(LOGS))
    entry: dict[str, Any] = {
        "key": key,
        "level": LEVELS[level],
        "time": milliseconds(world),
        "msg": message,
    }
    if agent_id is not None:
        record = world.store.get(AGENTS, agent_id)
        entry |= {"agentId": agent_id, "agentName": record["agent"]["name"] if record else ""}
    if world.store.count(LOGS, _IN_ORDER) >= MOST_KEPT:
        world.store.delete(LOGS, world.store.list(LOGS, _IN_ORDER, limit=1)[0]["key"])
    world.store.put(LOGS, key, entry)
    tell_of_entry(world, entry, LEVELS)


def entries(world: World) -> list[Record]:
    """What the server has logged, oldest first."""
    return world.store.list(LOGS, _IN_ORDER)


def clear(world: World) -> None:
    """Forget what the server has logged."""
    for entry in entries(world):
        world.store.delete(LOGS, entry["key"])


def log_model_use(world: World, agent: Record, model: str) -> None:
    """Write into an agent's log that it asked a model for something."""
    agent_id = agent["id"]
    entry = {
        "id": world.ids.uuid(),
        "agentId": agent_id,
        "time": milliseconds(world),
        "level": LEVELS["info"],
        "model": model,
        "runId": world.ids.uuid(),
        "roomId": agent_id,
        "asked": None,
        "answered": "[array]",
    }
    kept = world.store.list(AGENT_LOGS, _OF_AGENT, agent_id)
    for old in kept[: max(len(kept) + 1 - MOST_KEPT_OF_AGENT, 0)]:
        world.store.delete(AGENT_LOGS, old["id"])
    world.store.put(AGENT_LOGS, entry["id"], entry)


def log_start(world: World, agent: Record) -> None:
    """Write down that an agent has started, and what it asks a model for then."""
    log(world, "success", f"Agent started: {agent['name']}", agent["id"])
    log_model_use(world, agent, "TEXT_EMBEDDING")


def entries_of_agent(world: World, agent_id: str) -> list[Record]:
    """What is kept of an agent's log, newest first."""
    return world.store.list(AGENT_LOGS, _OF_AGENT, agent_id, descending=True)


def forget_entries_of_agent(world: World, agent_id: str) -> None:
    """The agent is gone, and its log with it."""
    for entry in entries_of_agent(world, agent_id):
        world.store.delete(AGENT_LOGS, entry["id"])


def agent_entry(agent: Record, entry: Record) -> dict[str, Any]:
    """An entry of an agent's log, as the reference shows it; with the id that deletes it."""
    return {
        "id": entry["id"],
        "level": entry["level"],
        "time": entry["time"],
        "msg": f"Used the model {entry['model']}",
        "agentId": agent["id"],
        "agentName": agent["name"],
    }


def agent_entry_1_7(agent: Record, entry: Record) -> dict[str, Any]:
    """An entry of an agent's log, as release 1.7.2 shows it."""
    asked = {"user": agent["name"], "prompt": entry["asked"], "stream": False}
    if entry["asked"] is None:
        asked = {"text": "", **asked}
    return {
        "id": entry["id"],
        "createdAt": iso(entry["time"]),
        "entityId": agent["id"],
        "body": {
            "runId": entry["runId"],
            "params": asked,
            "prompt": entry["asked"],
            "modelKey": entry["model"],
            "provider": "understudy",
            "response": entry["answered"],
            "modelType": entry["model"],
            "timestamp": entry["time"],
            "systemPrompt": None,
            "executionTime": 0,
        },
        "type": MODEL_USED + entry["model"],
        "roomId": entry["roomId"],
    }
