"""Turns of an agent in the shape of runs, which both personas share."""

from __future__ import annotations

from typing import Any

from ..model.identifiers import id_of_name
from ..model.turns import _MODEL, Turn

_NO_COUNTS = {"actions": 0, "modelCalls": 0, "errors": 0, "evaluators": 0}


def run_summary(turn: Turn) -> dict[str, Any]:
    """Return a turn as a run."""
    return {
        "runId": turn.run_id,
        "status": "completed",
        "startedAt": turn.started,
        "endedAt": turn.ended,
        "durationMs": turn.ended - turn.started,
        "messageId": turn.question["id"],
        "roomId": turn.room_id,
        # An ingested message names its author by any text; a run by a UUID.
        "entityId": id_of_name(turn.question["authorId"]),
        "metadata": {},
        "counts": _counts(turn),
    }


def run_detail(turn: Turn) -> dict[str, Any]:
    """Return a turn as a run, with its events."""
    summary = run_summary(turn)
    del summary["metadata"]
    return {"summary": summary, "events": list(_events(turn))}


def unknown_run(agent_id: str, run_id: str, room_id: str | None) -> dict[str, Any]:
    """Return a run that the server does not know: one that has started."""
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
