"""An agent's log as a whole: what is written down, and what its turns tell."""

from __future__ import annotations

from operator import itemgetter

from understudy import Collection, Index, Record, World

from ._logs import AGENT_LOGS, entries_of_agent
from ._turns import log_entry, turns_of

#: Which entries are deleted of those that turns tell.
_OF_AGENT = Index(group="agentId")
DELETED = Collection("deleted log entries", (_OF_AGENT,))


def entries_with_turns(world: World, agent_id: str) -> list[Record]:
    """All of a running agent's log that is not deleted, newest first."""
    told = (log_entry(turn) for turn in turns_of(world, agent_id))
    left = [entry for entry in told if world.store.get(DELETED, entry["id"]) is None]
    return sorted((*left, *entries_of_agent(world, agent_id)), key=itemgetter("time"), reverse=True)


def delete_entry(world: World, agent_id: str, log_id: str) -> bool:
    """Delete an entry of a running agent's log; whether there was one."""
    found = any(entry["id"] == log_id for entry in entries_with_turns(world, agent_id))
    if found and not world.store.delete(AGENT_LOGS, log_id):
        world.store.put(DELETED, log_id, {"agentId": agent_id})
    return found
