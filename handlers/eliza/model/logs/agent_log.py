"""The log of each agent: its uses of models. Only the last entries are kept."""

from __future__ import annotations

from understudy import Collection, Index, Record, World

from ..clock import milliseconds
from ..record_types import AgentLogRecord
from .levels import LEVELS
from .server_log import log

MOST_KEPT_OF_AGENT = 100

#: Entries of each agent, oldest first.
_OF_AGENT = Index(group="agentId")
AGENT_LOGS = Collection("agent logs", (_OF_AGENT,), record=AgentLogRecord, key="id")

#: The type of an entry, before the name of the model.
MODEL_USED = "useModel:"


def log_model_use(world: World, agent: Record, model: str) -> None:
    """Log that an agent has used a model."""
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
    """Log that an agent has started, and the model that it uses then."""
    log(world, "success", f"Agent started: {agent['name']}", agent)
    log_model_use(world, agent, "TEXT_EMBEDDING")


def entries_of_agent(world: World, agent_id: str) -> list[Record]:
    """Return the stored entries of an agent's log, newest first."""
    return world.store.list(AGENT_LOGS, _OF_AGENT, agent_id, descending=True)


def forget_entries_of_agent(world: World, agent_id: str) -> None:
    """Delete the log of an agent."""
    for entry in entries_of_agent(world, agent_id):
        world.store.delete(AGENT_LOGS, entry["id"])
