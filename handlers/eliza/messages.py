"""Messages: what is said in a session, and what its agent answers."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ._limits import check_content, check_metadata
from ._messages import post_answer, post_user_message
from ._pages import moment, page, page_size
from ._sessions import is_near_expiration, live_session, touched
from ._state import SESSIONS, milliseconds
from ._timeouts import renews_itself


def send_session_message(world: World, session_id: str, body: Record) -> Any:
    """Say something in a session: it is renewed, and the agent answers."""
    now = milliseconds(world)
    session = live_session(world, session_id, now)
    check_content(body["content"])
    check_metadata(body.get("metadata"))
    session = touched(session, now)
    world.store.put(SESSIONS, session_id, session)
    message = post_user_message(world, session, body, now)
    post_answer(world, session, message)
    answer = {name: value for name, value in message["shown"].items() if name != "isAgent"}
    answer["sessionStatus"] = {
        "expiresAt": session["expiresAt"],
        "renewalCount": session["renewalCount"],
        "wasRenewed": renews_itself(session["timeoutConfig"]),
        "isNearExpiration": is_near_expiration(session, now),
    }
    return answer


def get_session_messages(
    world: World, session_id: str, limit: int, before: str | None, after: str | None
) -> Any:
    """A page of what was said, newest first, with the cursors of its neighbours."""
    session = live_session(world, session_id, milliseconds(world))
    size = page_size(limit)
    messages = page(world, session["channelId"], size, moment(before), moment(after))
    answer: dict[str, Any] = {
        "messages": [message["shown"] for message in messages],
        "hasMore": len(messages) == size,
    }
    if messages:
        answer["cursors"] = {"before": messages[-1]["created"], "after": messages[0]["created"]}
    return answer
