"""Turns: what an agent was told, and what it answered. Its runs and its use of models show in
them, so that neither has to be written down when a message is sent."""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy import Record, World

from ._agents import known_running_agent
from ._logs import LEVELS
from ._messages import find_message, messages_of
from ._participants import channels_of
from ._unique import unique_id

#: How many channels, those joined last, and how many messages of each are looked through.
_CHANNELS_BACK = 100
_MESSAGES_BACK = 200

#: The model that an answer comes from.
_MODEL = "TEXT_LARGE"

_NO_COUNTS = {"actions": 0, "modelCalls": 0, "errors": 0, "evaluators": 0}


class Turn(NamedTuple):
    """A message, and the agent's reply to it."""

    question: Record
    reply: Record

    @property
    def run_id(self) -> str:
        """Identifies what the agent did for its reply."""
        return unique_id(self.reply["authorId"], f"run-{self.reply['id']}")

    @property
    def room_id(self) -> str:
        """The room that the agent sees in the channel."""
        return unique_id(self.reply["authorId"], self.reply["channelId"])

    @property
    def started(self) -> int:
        """When the agent began, in milliseconds."""
        moment: int = self.question["createdAt"]
        return moment

    @property
    def ended(self) -> int:
        """When the agent was done, in milliseconds."""
        moment: int = self.reply["createdAt"]
        return moment


def turns_of(world: World, agent_id: str) -> list[Turn]:
    """The agent's turns, newest first."""
    agent = known_running_agent(world, agent_id)
    found = [
        Turn(question, reply)
        for channel_id in channels_of(world, agent["id"])[-_CHANNELS_BACK:]
        for reply in messages_of(world, channel_id, limit=_MESSAGES_BACK)
        if reply["authorId"] == agent["id"] and reply["inReplyTo"] is not None
        if (question := find_message(world, reply["inReplyTo"])) is not None
    ]
    found.sort(key=lambda turn: turn.started, reverse=True)
    return found


def log_entry(turn: Turn) -> Record:
    """The turn as an entry of the agent's log."""
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


def run_summary(turn: Turn) -> dict[str, Any]:
    """The turn as a run."""
    return {
        "runId": turn.run_id,
        "status": "completed",
        "startedAt": turn.started,
        "endedAt": turn.ended,
        "durationMs": turn.ended - turn.started,
        "messageId": turn.question["id"],
        "roomId": turn.room_id,
        "entityId": turn.question["authorId"],
        "metadata": {},
        "counts": _counts(turn),
    }


def run_detail(turn: Turn) -> dict[str, Any]:
    """The turn as a run, with what happened in it."""
    summary = run_summary(turn)
    del summary["metadata"]
    return {"summary": summary, "events": list(_events(turn))}


def unknown_run(agent_id: str, run_id: str, room_id: str | None) -> dict[str, Any]:
    """What a server says of a run that it knows nothing of: that it has started."""
    summary = {"runId": run_id, "status": "started", "entityId": agent_id, "counts": _NO_COUNTS}
    if room_id is not None:
        summary["roomId"] = room_id
    return {"summary": summary, "events": []}


def _counts(turn: Turn) -> dict[str, int]:
    return {**_NO_COUNTS, "actions": len(_actions(turn)), "modelCalls": 1}


def _actions(turn: Turn) -> list[str]:
    actions = turn.reply["metadata"].get("actions")
    return actions if isinstance(actions, list) else []


def _events(turn: Turn) -> list[dict[str, Any]]:
    message_id = turn.question["id"]
    begun = {"source": turn.question["sourceType"], "messageId": message_id}
    model = {"modelType": _MODEL, "provider": "understudy", "response": turn.reply["content"]}
    done = {"status": "completed", "durationMs": turn.ended - turn.started}
    return [
        {"type": "RUN_STARTED", "timestamp": turn.started, "data": begun},
        {"type": "MODEL_USED", "timestamp": turn.started, "data": model},
        *(
            {
                "type": "ACTION_STARTED",
                "timestamp": turn.ended,
                "data": {"actionName": action, "messageId": message_id},
            }
            for action in _actions(turn)
        ),
        {"type": "RUN_ENDED", "timestamp": turn.ended, "data": done},
    ]
