"""Work that takes time: done at once, or kept until it is due.

Pending work is `{"task", "kind", "arguments", "due"}` under the uuid of its task. `due`
is a time in microseconds, or null if only a test ends the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from understudy import Collection, Index, Problem, Record, World

from ..graph.records import EPISODES
from .kinds import KINDS
from .record_types import PendingRecord
from .tasks import TASKS, fail, finish, new_task, put
from .timing import delay, failure, mode

_BY_DUE = Index(order="due")
_AS_SUBMITTED = Index()
PENDING = Collection("pending_work", (_BY_DUE, _AS_SUBMITTED), record=PendingRecord, key="task")

_FIRST = float("-inf")

#: Why work has failed.
Message = Annotated[str, Meta(min_length=1, max_length=1000)]


def submit(
    world: World,
    kind: str,
    arguments: Mapping[str, Any],
    task_type: str,
    *,
    uuid: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> Record:
    """Do work of a kind, now or later as the settings say; return its task.

    A caller that needs the uuid of the task before draws it and gives it.
    """
    task = new_task(world, task_type, params, uuid)
    when = mode(world)
    if when == "immediate":
        return _do(world, kind, arguments, task)
    if when == "failing":
        return _fail(world, kind, arguments, task, failure(world))
    due = world.clock.now() + delay(world) if when == "delayed" else None
    _keep(world, kind, arguments, task["uuid"], due)
    if due is not None:
        _wake(world)
    return put(world, task)


def _keep(
    world: World, kind: str, arguments: Mapping[str, Any], task: str, due: int | None
) -> None:
    work = {"task": task, "kind": kind, "arguments": arguments, "due": due}
    world.store.put(PENDING, task, work)


def _do(world: World, kind: str, arguments: Mapping[str, Any], task: Record) -> Record:
    try:
        done = KINDS[kind].do(world, arguments, task["uuid"])
    except Problem as problem:
        return _fail(world, kind, arguments, task, problem.message)
    if done.failure:
        return fail(world, task, done.failure, done.result)
    return finish(world, task, done.result, partial=done.partial)


def _fail(
    world: World, kind: str, arguments: Mapping[str, Any], task: Record, message: str
) -> Record:
    give_up = KINDS[kind].give_up
    if give_up is not None:
        give_up(world, arguments, message)
    return fail(world, task, message)


def advance(world: World) -> None:
    """Do the work that is due, in the order of due times; all of it if nothing has to wait now."""
    when = mode(world)
    if when == "immediate":
        pending = world.store.list(PENDING, _AS_SUBMITTED)
    else:
        pending = world.store.list(PENDING, _BY_DUE, above=_FIRST, below=world.clock.now() + 1)
    for work in pending:
        _end(world, work, failure(world) if when == "failing" else None)
    _wake(world)


def _wake(world: World) -> None:
    """Ask to be called when the next work is due."""
    following = world.store.list(PENDING, _BY_DUE, above=_FIRST, limit=1)
    if following:
        world.wake_at(following[0]["due"])


def _end(world: World, work: Record, failed: str | None) -> Record:
    """Do pending work, or let it fail with a message; return its task."""
    world.store.delete(PENDING, work["task"])
    known = world.store.get(TASKS, work["task"])
    task = known or new_task(world, work["kind"], uuid=work["task"])
    kind, arguments = work["kind"], work["arguments"]
    if failed is not None:
        return _fail(world, kind, arguments, task, failed)
    return _do(world, kind, arguments, task)


def finish_work(world: World, *, uuid: str | None = None) -> list[dict[str, Any]]:
    """Do pending work now: that of a task or of an episode, or all; return the tasks."""
    return _end_all(world, uuid, None)


def fail_work(
    world: World, *, uuid: str | None = None, message: Message = "The work has failed."
) -> list[dict[str, Any]]:
    """Let pending work fail now: that of a task or of an episode, or all; return the tasks."""
    return _end_all(world, uuid, message)


def _end_all(world: World, uuid: str | None, failed: str | None) -> list[dict[str, Any]]:
    if uuid is None:
        pending = world.store.list(PENDING, _AS_SUBMITTED)
    else:
        pending = [_find(world, uuid.lower())]
    return [dict(_end(world, work, failed)) for work in pending]


def _find(world: World, uuid: str) -> Record:
    """Return the pending work of a task or of an episode. Raises Problem 404."""
    episode = world.store.get(EPISODES, uuid) or {}
    work = world.store.get(PENDING, episode.get("task_id") or uuid)
    if work is None:
        raise Problem(404, f"there is no pending work of a task or an episode {uuid[:36]}")
    return work
