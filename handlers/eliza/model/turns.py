"""Turns: a message and an agent's reply to it.

Runs and uses of models are computed from turns, so that neither is stored when a message is posted.
"""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

from understudy import Collection, Index, Record, World

from .agents.agent import known_running_agent
from .channels.messages import find_message, messages_of
from .channels.participants import channels_of
from .identifiers import unique_id
from .logs.agent_log import AGENT_LOGS, entries_of_agent
from .logs.levels import LEVELS
from .record_types import DeletedEntryRecord

#: How many channels (those joined last), and how many messages of each, are searched for turns.
_CHANNELS_BACK = 100
_MESSAGES_BACK = 200

#: The model that replies come from.
_MODEL = "TEXT_LARGE"


class Turn(NamedTuple):
    """A message, and the agent's reply to it."""

    question: Record
    reply: Record

    @property
    def run_id(self) -> str:
        """The id of the run in which the agent made its reply."""
        return unique_id(self.reply["authorId"], f"run-{self.reply['id']}")

    @property
    def room_id(self) -> str:
        """The id of the room that the agent sees in the channel."""
        return unique_id(self.reply["authorId"], self.reply["channelId"])

    @property
    def started(self) -> int:
        """When the run started, in milliseconds."""
        moment: int = self.question["createdAt"]
        return moment

    @property
    def ended(self) -> int:
        """When the run ended, in milliseconds."""
        moment: int = self.reply["createdAt"]
        return moment


def turns_of(world: World, agent_id: str) -> list[Turn]:
    """Return the turns of a running agent, newest first."""
    agent = known_running_agent(world, agent_id)
    turns = [
        Turn(question, reply)
        for channel_id in channels_of(world, agent["id"])[-_CHANNELS_BACK:]
        for reply in messages_of(world, channel_id, limit=_MESSAGES_BACK)
        if reply["authorId"] == agent["id"] and reply["inReplyTo"] is not None
        if (question := find_message(world, reply["inReplyTo"])) is not None
    ]
    turns.sort(key=lambda turn: turn.started, reverse=True)
    return turns


def log_entry(turn: Turn) -> Record:
    """Return the turn as an entry of the agent's log."""
    return {
        "id": unique_id(turn.reply["authorId"], f"log-{turn.reply['id']}"),
        "agentId": turn.reply["authorId"],
        "time": turn.ended,
        "level": LEVELS["info"],
        "model": _MODEL,
        "runId": turn.run_id,
        "roomId": turn.room_id,
        "asked": turn.question["content"],
        "answered": turn.reply["content"],
    }


#: The ids of deleted entries that are computed from turns.
_OF_AGENT = Index(group="agentId")
DELETED_ENTRIES = Collection("deleted log entries", (_OF_AGENT,), record=DeletedEntryRecord)


def entries_with_turns(world: World, agent_id: str) -> list[Record]:
    """Return all entries of a running agent's log that are not deleted, newest first."""
    computed = (log_entry(turn) for turn in turns_of(world, agent_id))
    kept = [entry for entry in computed if world.store.get(DELETED_ENTRIES, entry["id"]) is None]
    return sorted((*kept, *entries_of_agent(world, agent_id)), key=itemgetter("time"), reverse=True)


def delete_entry(world: World, agent_id: str, log_id: str) -> bool:
    """Delete an entry of a running agent's log; return whether it existed."""
    exists = any(entry["id"] == log_id for entry in entries_with_turns(world, agent_id))
    if exists and not world.store.delete(AGENT_LOGS, log_id):
        world.store.put(DELETED_ENTRIES, log_id, {"agentId": agent_id})
    return exists
