"""Messages of sessions: posting them with the agent's reply, and listing them."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from .model.clock import milliseconds
from .model.persona import is_release
from .model.sessions.pages import checked_moment, page, page_size
from .model.sessions.session import (
    SESSIONS,
    emit_renewal,
    is_near_expiration,
    live_session,
    touched,
)
from .model.sessions.timeouts import renews_itself
from .model.validation import check_content, check_metadata
from .transports.session import deliver, post_user_message


def send_session_message(world: World, session_id: str, body: Record) -> Any:
    """Post a message to a session, which renews it; the agent replies."""
    now = milliseconds(world)
    session = live_session(world, session_id, now)
    check_content(body["content"])
    check_metadata(body.get("metadata"))
    session = touched(session, now)
    near = is_near_expiration(session, now)
    if near:
        session = {**session, "unwarnedSince": None}
    world.store.put(SESSIONS, session_id, session)
    renews = renews_itself(session["timeoutConfig"])
    if renews:
        emit_renewal(world, session)
    status = {
        "expiresAt": session["expiresAt"],
        "renewalCount": session["renewalCount"],
        "wasRenewed": renews,
        # 1.7.2 has just sent its warning, and then the session no longer counts as near
        "isNearExpiration": near and not is_release(world),
    }
    return deliver(world, session, post_user_message(world, session, body, now), body, status)


def get_session_messages(
    world: World, session_id: str, limit: int | str, before: str | None, after: str | None
) -> Any:
    """List a page of messages, newest first, with the cursors of the pages beside it."""
    session = live_session(world, session_id, milliseconds(world))
    size = page_size(limit)
    until = checked_moment(world, "before", before)
    since = checked_moment(world, "after", after)
    messages = page(world, session["channelId"], size, until, since)
    response: dict[str, Any] = {
        "messages": [message["inHistory"] for message in messages],
        "hasMore": len(messages) == size,
    }
    if messages:
        response["cursors"] = {
            "before": messages[-1]["createdAt"],
            "after": messages[0]["createdAt"],
        }
    return response
