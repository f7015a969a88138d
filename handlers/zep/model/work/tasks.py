"""Tasks: what clients can ask about work that takes time.

A task is `{"uuid", "type", "status", "typed", "created_at", "started_at", "completed_at",
"updated_at", "error", "progress", "params", "result"}`. `status` is pending, processing, succeeded,
partial or failed; `error` is null or `{"code", "message", "details"}`. `typed` is the index value
of type and status together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, Index, Record, World

from ..dates import timestamp
from .record_types import TaskRecord

_AS_ADDED = Index()
_OF_STATUS = Index(group="status")
_OF_TYPE = Index(group="type")
_OF_BOTH = Index(group="typed")
TASKS = Collection(
    "tasks", (_AS_ADDED, _OF_STATUS, _OF_TYPE, _OF_BOTH), record=TaskRecord, key="uuid"
)


def new_task(
    world: World,
    task_type: str,
    params: Mapping[str, Any] | None = None,
    uuid: str | None = None,
) -> dict[str, Any]:
    """Return a new task, which is pending; it is not stored."""
    now = timestamp(world.clock.now())
    return {
        "uuid": uuid or world.ids.uuid(),
        "type": task_type,
        "status": "pending",
        "created_at": now,
        "started_at": None,
        "completed_at": None,
        "updated_at": now,
        "error": None,
        "progress": {"stage": "queued", "message": "The work waits."},
        "params": dict(params or {}),
        "result": None,
    }


def finish(
    world: World,
    task: Record,
    result: Mapping[str, Any] | None = None,
    *,
    partial: bool = False,
) -> dict[str, Any]:
    """Store a task that has succeeded, or succeeded in part, and return it."""
    progress = {"stage": "completed", "message": "The work is done."}
    status = "partial" if partial else "succeeded"
    return _end(world, task, {"status": status, "progress": progress, "result": result})


def fail(
    world: World, task: Record, message: str, result: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Store a task that has failed, with what went wrong, and return it."""
    error = {"code": "processing_failed", "message": message, "details": {}}
    progress = {"stage": "failed", "message": "The work has failed."}
    changes = {"status": "failed", "error": error, "progress": progress, "result": result}
    return _end(world, task, changes)


def _end(world: World, task: Record, changes: Mapping[str, Any]) -> dict[str, Any]:
    now = timestamp(world.clock.now())
    times = {"started_at": task["started_at"] or now, "completed_at": now, "updated_at": now}
    return put(world, {**task, **times, **changes})


def put(world: World, task: Mapping[str, Any]) -> dict[str, Any]:
    """Store a task and return it."""
    stored = {**task, "typed": _typed(task["type"], task["status"])}
    world.store.put(TASKS, task["uuid"], stored)
    return stored


def _typed(task_type: str, status: str) -> str:
    return f"{task_type}\n{status}"


def find_task(world: World, uuid: str) -> Record | None:
    """Return a task, or None if there is none with this uuid."""
    return world.store.get(TASKS, uuid.lower())


def task_index(status: str | None, task_type: str | None) -> tuple[Index, str | None]:
    """Return the index, and its group, that lists the tasks of a status and a type."""
    if status and task_type:
        return _OF_BOTH, _typed(task_type, status)
    if status:
        return _OF_STATUS, status
    return (_OF_TYPE, task_type) if task_type else (_AS_ADDED, None)
