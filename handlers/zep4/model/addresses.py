"""Addresses: the UUIDs by which clients of Zep v4 name what there is."""

from __future__ import annotations

from understudy import Record, World

from ...zep.model.graph.owner import Owner
from ...zep.model.owners import owner_by_graph_uuid
from ...zep.model.sessions.messages import find_message
from ...zep.model.sessions.session import session_by_uuid
from ...zep.model.templates.templates import template_by_uuid
from ...zep.model.users import user_by_uuid
from ...zep.model.work.batches import find_batch
from ...zep.model.work.tasks import find_task
from .errors import existing, not_found


def user_at(world: World, user_uuid: str) -> Record:
    """Return the user with this uuid. Raises Problem 404."""
    return existing(user_by_uuid(world, user_uuid), "user")


def thread_at(world: World, thread_uuid: str) -> Record:
    """Return the thread with this uuid, as a session is stored. Raises Problem 404."""
    return existing(session_by_uuid(world, thread_uuid), "thread")


def message_at(world: World, thread: Record, message_uuid: str) -> Record:
    """Return the message with this uuid, as it is stored, of a thread. Raises Problem 404."""
    stored = find_message(world, thread["session_id"], message_uuid)
    if stored is None or "message" not in stored:
        raise not_found("message")
    return stored


def owner_at(world: World, graph_uuid: str) -> Owner:
    """Return the owner of the graph with this uuid, or of the user with it. Raises Problem 404."""
    return existing(owner_by_graph_uuid(world, graph_uuid), "graph")


def template_at(world: World, template_uuid: str) -> Record:
    """Return the context template with this uuid. Raises Problem 404."""
    return existing(template_by_uuid(world, template_uuid), "context template")


def batch_at(world: World, batch_uuid: str) -> Record:
    """Return the batch with this uuid. Raises Problem 404."""
    return existing(find_batch(world, batch_uuid), "batch")


def task_at(world: World, task_uuid: str) -> Record:
    """Return the task with this uuid. Raises Problem 404."""
    return existing(find_task(world, task_uuid), "task")
