"""Operations of the tag `memory`."""

from __future__ import annotations

import json
from typing import Any

from understudy import Problem, World

from .model.contexts import context_of_session
from .model.sessions.conclusions import extract, question
from .model.sessions.context import CONTEXT_MESSAGES, context, relevant_facts
from .model.sessions.messages import (
    count_messages,
    find_message,
    merge_message_metadata,
    messages_of,
    recent_messages,
    refuse_known_uuids,
)
from .model.sessions.session import change, find_open_session, find_session, forget_session
from .model.sessions.summaries import known_summary, summarize
from .model.work.submission import add_messages

_DEFAULT_LASTN = 6


def add_memory(world: World, session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add messages to a session that has not ended: all of them or none."""
    stored = find_open_session(world, session_id)
    refuse_known_uuids(world, body["messages"])
    session = change(world, stored, world.clock.now())
    add_messages(world, session, body["messages"], body.get("ignore_roles") or ())
    if not body.get("return_context"):
        return {}
    messages = recent_messages(world, session_id, CONTEXT_MESSAGES)
    facts = relevant_facts(world, session["user_id"], messages)
    planted = context_of_session(world, session_id, session["user_id"])
    return {"context": context(facts) if planted is None else planted}


def get_memory(
    world: World, session_id: str, lastn: int | None, min_rating: float | None
) -> dict[str, Any]:
    """Return the last messages, oldest first, and facts that are relevant to them."""
    stored = find_session(world, session_id)
    size = lastn or _DEFAULT_LASTN
    messages = recent_messages(world, session_id, max(size, CONTEXT_MESSAGES))
    facts = relevant_facts(world, stored["user_id"], messages, min_rating)
    planted = context_of_session(world, session_id, stored["user_id"])
    memory = {
        "messages": messages[-size:],
        "context": context(facts) if planted is None else planted,
        "relevant_facts": facts,
    }
    summary = known_summary(world, session_id)
    return {**memory, "summary": summary} if summary else memory


def delete_memory(world: World, session_id: str) -> dict[str, Any]:
    """Delete a session with its messages and summary; its id may then be used again."""
    find_session(world, session_id)
    forget_session(world, session_id)
    return {"message": "OK"}


def get_session_messages(
    world: World, session_id: str, limit: int | None, cursor: int | None
) -> dict[str, Any]:
    """List a page of the messages, oldest first; without a limit, all of them."""
    find_session(world, session_id)
    offset = ((cursor or 1) - 1) * (limit or 0)
    messages = messages_of(world, session_id, offset, limit or None)
    return {
        "messages": messages,
        "total_count": count_messages(world, session_id),
        "row_count": len(messages),
    }


def get_session_message(world: World, session_id: str, message_uuid: str) -> dict[str, Any]:
    """Return a message; the error for an unknown one has words of its own in Zep."""
    find_session(world, session_id)
    stored = find_message(world, session_id, message_uuid)
    if stored is None:
        raise Problem(404, "no message found for UUID")
    message: dict[str, Any] = stored["message"]
    return message


def update_message_metadata(
    world: World, session_id: str, message_uuid: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Merge metadata into that of a message, whether the session has ended or not."""
    find_session(world, session_id)
    return merge_message_metadata(world, session_id, message_uuid, body["metadata"])


def get_summaries(world: World, session_id: str) -> dict[str, Any]:
    """List the summary of a session; none if the session has no messages."""
    find_session(world, session_id)
    summary = summarize(world, session_id)
    summaries = [summary] if summary else []
    return {"summaries": summaries, "total_count": len(summaries), "row_count": len(summaries)}


def synthesize_question(
    world: World, session_id: str, last_n_messages: int | None
) -> dict[str, Any]:
    """Return a question that follows from the last messages."""
    find_session(world, session_id)
    return {"question": question(world, session_id, last_n_messages)}


def extract_data(world: World, session_id: str, body: dict[str, Any]) -> dict[str, str]:
    """Return a value for each property of the schema, from the last messages."""
    find_session(world, session_id)
    schema = _schema(body["model_schema"])
    omit_missing = bool(body.get("validate"))
    return extract(world, session_id, schema, body["last_n"], omit_missing=omit_missing)


def _schema(text: str) -> dict[str, Any]:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        schema = None
    if not isinstance(schema, dict):
        raise Problem(400, "bad request: model_schema is not a JSON object")
    return schema
