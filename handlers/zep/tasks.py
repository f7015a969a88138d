"""Operations of the tag `tasks`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.records import existing
from .model.work.tasks import find_task

_SHOWN = (
    "type",
    "status",
    "created_at",
    "started_at",
    "completed_at",
    "updated_at",
    "progress",
)

#: What params have in addition when the work is done, so that clients learn the new uuids.
_OF_RESULT = ("edge_uuid", "node_uuids")


def get_task(world: World, task_id: str) -> dict[str, Any]:
    """Return a task."""
    task = existing(find_task(world, task_id))
    result = task["result"] or {}
    written = {name: result[name] for name in _OF_RESULT if name in result}
    shown = {
        "task_id": task["uuid"],
        **{name: task[name] for name in _SHOWN},
        "params": {**(task["params"] or {}), **written},
    }
    return {**shown, "error": task["error"]} if task["error"] else shown
