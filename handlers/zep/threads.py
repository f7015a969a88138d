"""Operations of the tag `threads`, from v3 on. Threads are the sessions of v2."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.elements.episodes import as_episode
from .model.graph.records import is_in_graph
from .model.records import existing
from .model.sessions.context import context_block
from .model.sessions.messages import (
    change_metadata,
    count_messages,
    message_by_uuid,
    messages_of,
    recent_messages,
    refuse_known_uuids,
    stored_messages,
)
from .model.sessions.session import (
    SESSION_ORDERS,
    SESSIONS,
    SESSIONS_BY_ID,
    change,
    create_session,
    find_open_session,
    find_session,
    forget_session,
)
from .model.sessions.summaries import thread_summary
from .model.sessions.thread import (
    as_message,
    as_thread,
    given_message,
    user_uuid_of,
)
from .model.templates.rendering import session_context
from .model.templates.templates import template_named
from .model.work.submission import add_messages


def create_thread(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Start a thread of a known user."""
    session = create_session(world, body["thread_id"], body["user_id"], {}, noun="thread")
    return as_thread(world, session)


def list_threads(
    world: World,
    page_number: int | None,
    page_size: int | None,
    order_by: str | None,
    asc: bool | None,
) -> dict[str, Any]:
    """List a page of the threads, newest first by default; without a page size, all of them."""
    stored = world.store.list(
        SESSIONS,
        SESSION_ORDERS["session_id" if order_by == "thread_id" else order_by],
        descending=not asc,
        offset=((page_number or 1) - 1) * (page_size or 0),
        limit=page_size or None,
    )
    return {
        "threads": [as_thread(world, record["session"]) for record in stored],
        "response_count": len(stored),
        "total_count": world.store.count(SESSIONS, SESSIONS_BY_ID),
    }


def delete_thread(world: World, thread_id: str) -> dict[str, Any]:
    """Delete a thread with its messages, its summary and its episodes."""
    find_session(world, thread_id)
    forget_session(world, thread_id, episodes=True)
    return {"message": "Thread successfully deleted."}


def get_thread_context(world: World, thread_id: str, template_id: str | None) -> dict[str, Any]:
    """Return what is known that bears on the last messages, in the form of a template if given."""
    session = find_session(world, thread_id)["session"]
    if not template_id:
        return {"context": context_block(world, session)}
    template = existing(template_named(world, template_id))
    return {"context": session_context(world, session, template["template"])}


def get_thread_episodes(world: World, thread_id: str) -> dict[str, Any]:
    """List the episodes that the messages of a thread are, oldest first."""
    find_session(world, thread_id)
    stored = stored_messages(world, thread_id)
    return {"episodes": [as_episode(each) for each in stored if is_in_graph(each)]}


def get_thread_messages(
    world: World, thread_id: str, limit: int | None, cursor: int | None, lastn: int | None
) -> dict[str, Any]:
    """List a page of the messages, or the last ones, oldest first; without a limit, all of them."""
    session = find_session(world, thread_id)["session"]
    if lastn:
        messages = recent_messages(world, thread_id, lastn)
    else:
        offset = ((cursor or 1) - 1) * (limit or 0)
        messages = messages_of(world, thread_id, offset, limit or None)
    return {
        "messages": [as_message(message) for message in messages],
        "row_count": len(messages),
        "total_count": count_messages(world, thread_id),
        "thread_created_at": session["created_at"],
        "user_id": session["user_id"],
        **user_uuid_of(world, session),
    }


def add_thread_messages(world: World, thread_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add messages to a thread that has not ended: all of them or none."""
    return _add_messages(world, thread_id, body, batch=False)


def add_thread_messages_batch(world: World, thread_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add messages to a thread by the older batch operation."""
    return _add_messages(world, thread_id, body, batch=True)


def _add_messages(
    world: World, thread_id: str, body: dict[str, Any], *, batch: bool
) -> dict[str, Any]:
    stored = find_open_session(world, thread_id)
    messages = [given_message(message) for message in body["messages"]]
    refuse_known_uuids(world, messages)
    session = change(world, stored, world.clock.now())
    ignored, strict = body.get("ignore_roles") or (), body.get("strict_ontology")
    added, task = add_messages(world, session, messages, ignored, strict=strict, batch=batch)
    answer = {"message_uuids": [each["uuid"] for each in added], "task_id": task["uuid"]}
    if body.get("return_context"):
        answer["context"] = context_block(world, session)
    return answer


def get_thread_summary(world: World, thread_id: str) -> dict[str, Any]:
    """Return the summary of a thread. Raises Problem 404 if it has no text."""
    find_session(world, thread_id)
    return existing(thread_summary(world, thread_id))


def update_thread_message(world: World, message_uuid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Merge metadata into that of a message, which is found by its uuid alone."""
    stored = existing(message_by_uuid(world, message_uuid))
    return as_message(change_metadata(world, stored, body["metadata"]))
