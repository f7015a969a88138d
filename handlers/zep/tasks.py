"""Operations of the tag `tasks`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.records import not_found
from .model.work.tasks import find_task

_SHOWN = (
    "type",
    "status",
    "created_at",
    "started_at",
    "completed_at",
    "updated_at",
    "progress",
    "params",
)


def get_task(world: World, task_id: str) -> dict[str, Any]:
    """Return a task."""
    task = find_task(world, task_id)
    if task is None:
        raise not_found()
    shown = {"task_id": task["uuid"], **{name: task[name] for name in _SHOWN}}
    return {**shown, "error": task["error"]} if task["error"] else shown
