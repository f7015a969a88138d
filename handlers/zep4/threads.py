"""Operations of the tag `threads`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ..zep.model.cursors import Position
from ..zep.model.graph.records import EPISODES, MESSAGES_OF_SESSION, is_in_graph
from ..zep.model.sessions.context import context_block
from ..zep.model.sessions.messages import change_metadata, stored_messages
from ..zep.model.sessions.session import (
    SESSIONS,
    SESSIONS_BY_ID,
    SESSIONS_OF_USER,
    change,
    create_session,
    find_open_session,
    find_session,
)
from ..zep.model.sessions.summaries import thread_summary
from ..zep.model.sessions.thread import given_message
from ..zep.model.templates.rendering import session_context
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_messages, as_it_is_now
from .model.addresses import message_at, template_at, thread_at, user_at
from .model.errors import existing
from .model.lists.pages import Request, page, ranked_page, stored_page
from .model.lookups import with_chosen_id
from .model.shapes.graph_parts import as_episode, as_thread_summary
from .model.shapes.shapes import as_message, as_task, as_thread


def list_threads(
    world: World,
    page_size: int | None,
    cursor: str | None,
    order_by: str,
    order: str,
    user_uuid: str | None,
) -> dict[str, Any]:
    """List a page of the threads of a user, or of all."""
    user = user_at(world, user_uuid) if user_uuid else None
    threads = (
        world.store.list(SESSIONS, SESSIONS_OF_USER, user["user_id"])
        if user
        else world.store.list(SESSIONS, SESSIONS_BY_ID)
    )
    identity = ("threads", user and user["uuid"], order_by)
    request = Request(identity, page_size, cursor, order == "desc")
    return page(
        threads,
        lambda stored: _position(stored, order_by),
        lambda stored: as_thread(world, stored),
        request,
    )


def _position(stored: Record, order_by: str) -> Position:
    if order_by == "uuid":
        return (stored["session"]["uuid"],)
    return (stored.get(order_by.removesuffix("_at")) or 0, stored.get("id") or 0)


def create_thread(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Create a thread of a user."""
    user = user_at(world, body["user_uuid"])
    session = create_session(world, None, user["user_id"], {})
    return as_thread(world, find_session(world, session["session_id"]))


def lookup_thread(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return the thread with an id."""
    stored = existing(with_chosen_id(world, "thread", body["thread_id"]), "thread")
    return as_thread(world, stored)


def get_thread(world: World, thread_uuid: str) -> dict[str, Any]:
    """Return a thread."""
    return as_thread(world, thread_at(world, thread_uuid))


def delete_thread(world: World, thread_uuid: str) -> dict[str, Any]:
    """Start to delete a thread with its messages and their episodes."""
    arguments = {"session_id": thread_at(world, thread_uuid)["session_id"], "episodes": True}
    return {"task": as_task(submit(world, "delete_thread", arguments, "thread.delete"))}


def get_thread_context(world: World, thread_uuid: str, template_uuid: str | None) -> dict[str, Any]:
    """Return what bears on the last messages of a thread, in the form of a template if given."""
    thread = thread_at(world, thread_uuid)
    if template_uuid is None:
        return {"context": context_block(world, thread["session"])}
    template = template_at(world, template_uuid)["template"]
    return {"context": session_context(world, thread["session"], template)}


def list_thread_episodes(
    world: World, thread_uuid: str, page_size: int | None, cursor: str | None
) -> dict[str, Any]:
    """List a page of the messages of a thread that are in the graph, oldest first."""
    thread = thread_at(world, thread_uuid)
    session_id = thread["session_id"]
    return stored_page(
        world,
        EPISODES,
        MESSAGES_OF_SESSION,
        session_id,
        lambda stored: as_episode(world, stored),
        Request(("thread episodes", session_id), page_size, cursor),
        is_in_graph,
    )


def list_thread_messages(
    world: World,
    thread_uuid: str,
    page_size: int | None,
    cursor: str | None,
    order_by: str,
    order: str,
) -> dict[str, Any]:
    """List a page of the messages of a thread."""
    thread = thread_at(world, thread_uuid)
    identity = ("messages", thread["session_id"])
    return ranked_page(
        stored_messages(world, thread["session_id"]),
        lambda stored: as_message(stored, thread["session"]["uuid"]),
        Request(identity, page_size, cursor, order == "desc"),
    )


def add_thread_messages(world: World, thread_uuid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add messages to a thread that v2 has not ended, and to the graph of its user."""
    thread = find_open_session(world, thread_at(world, thread_uuid)["session_id"])
    session = change(world, thread, world.clock.now())
    added, task = add_messages(
        world,
        session,
        map(_as_stored, body["messages"]),
        body.get("ignore_roles") or (),
        strict=body.get("strict_ontology"),
    )
    result: dict[str, Any] = {
        "messages": [as_message(as_it_is_now(world, stored), session["uuid"]) for stored in added],
        "task": as_task(task),
    }
    return (
        {**result, "context": context_block(world, session)}
        if body.get("return_context")
        else result
    )


def _as_stored(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message by the names of v2; its time of reference has another name in v3."""
    return given_message({**message, "created_at": message.get("reference_time")})


def get_thread_message(world: World, thread_uuid: str, message_uuid: str) -> dict[str, Any]:
    """Return a message of a thread."""
    thread = thread_at(world, thread_uuid)
    return as_message(message_at(world, thread, message_uuid), thread["session"]["uuid"])


def update_thread_message(
    world: World, thread_uuid: str, message_uuid: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Merge metadata into that of a message; nulls remove keys."""
    thread = thread_at(world, thread_uuid)
    stored = message_at(world, thread, message_uuid)
    change_metadata(world, stored, body.get("metadata") or {})
    return as_message(message_at(world, thread, message_uuid), thread["session"]["uuid"])


def get_thread_summary(world: World, thread_uuid: str) -> dict[str, Any]:
    """Return the summary of a thread."""
    thread = thread_at(world, thread_uuid)
    summary = existing(thread_summary(world, thread["session_id"]), "summary")
    return as_thread_summary(world, thread, summary)
