"""Operations of the tag `tasks`."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..zep.model.work.tasks import TASKS, task_index
from .model.addresses import task_at
from .model.lists.pages import Request, stored_page
from .model.shapes.shapes import as_task


def list_tasks(
    world: World, page_size: int, cursor: str | None, status: str | None, type_: str | None
) -> dict[str, Any]:
    """List the tasks, newest first."""
    request = Request(("tasks", status, type_), page_size, cursor, descending=True)
    return stored_page(world, TASKS, *task_index(status, type_), as_task, request)


def get_task(world: World, task_uuid: str) -> dict[str, Any]:
    """Return a task."""
    return as_task(task_at(world, task_uuid))
