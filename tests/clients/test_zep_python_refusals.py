"""Zep's own Python client, zep-cloud 2.22.0, against the running server: refused requests.

Statuses that the client's description of an operation declares arrive as exceptions of their own
class, with an `ApiError` in `body`. All others arrive as the core exception, with a dict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zep_cloud import (
    ApiError,
    BadRequestError,
    ClassifySessionRequest,
    ConflictError,
    Message,
    NotFoundError,
)

# Not zep_cloud.ApiError, which is the body of an error; this is the exception itself.
from zep_cloud.core.api_error import ApiError as Refusal

from tests.clients.zep_python import HELLO, Zep, add_sessions, connect, settled

Act = Callable[[Zep], Any]

NOT_FOUND = ApiError(message="not found")
ENDED = "session ended: session has ended"


UNKNOWN: dict[str, Act] = {
    "user.get": lambda zep: zep.user.get("nobody"),
    "get_session": lambda zep: zep.memory.get_session("nowhere"),
    "update_session": lambda zep: zep.memory.update_session("nowhere", metadata={"a": 1}),
    "end_session": lambda zep: zep.memory.end_session("nowhere"),
    "end_sessions": lambda zep: zep.memory.end_sessions(session_ids=["nowhere"]),
    "get": lambda zep: zep.memory.get("nowhere"),
    "get_session_messages": lambda zep: zep.memory.get_session_messages("nowhere"),
    "delete": lambda zep: zep.memory.delete("nowhere"),
}


@pytest.mark.parametrize("act", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_resource_is_not_found(origin: str, act: Act) -> None:
    """The client raises NotFoundError, with the message in its body."""
    zep = settled(origin)
    with pytest.raises(NotFoundError) as caught:
        act(zep)
    assert (caught.value.status_code, caught.value.body) == (404, NOT_FOUND)


BAD: dict[str, tuple[Act, str]] = {
    "taken session": (
        lambda zep: zep.memory.add_session(session_id="s", user_id="ann"),
        "bad request: session already exists with session_id: s",
    ),
    "taken user": (
        lambda zep: zep.user.add(user_id="ann"),
        "bad request: user already exists with user_id: ann",
    ),
    "unknown user": (
        lambda zep: zep.memory.add_session(session_id="t", user_id="nobody"),
        "bad request: user not found",
    ),
    "no sessions": (
        lambda zep: zep.memory.end_sessions(session_ids=[]),
        "bad request: body /session_ids: ",
    ),
    "no classes": (
        lambda zep: zep.memory.end_session(
            "s", classify=ClassifySessionRequest(name="topic", classes=[])
        ),
        "bad request: body /classify",
    ),
    "negative size": (
        lambda zep: zep.memory.list_sessions(page_size=-1),
        "bad request: query /page_size: ",
    ),
    "unknown order": (
        lambda zep: zep.memory.list_sessions(order_by="mood"),
        "bad request: query /order_by: ",
    ),
}


@pytest.mark.parametrize(("act", "message"), BAD.values(), ids=BAD)
def test_bad_request_says_why(origin: str, act: Act, message: str) -> None:
    """The message of the client's BadRequestError says what is wrong."""
    zep = settled(origin)
    with pytest.raises(BadRequestError) as caught:
        act(zep)
    assert caught.value.status_code == 400
    assert isinstance(caught.value.body, ApiError)
    assert (caught.value.body.message or "").startswith(message)
    assert zep.memory.get_session("s").ended_at is None


def test_ended_session_is_not_updated(origin: str) -> None:
    """The client raises ConflictError, which it declares for update_session."""
    zep = settled(origin)
    ended = zep.memory.end_session("s").session
    with pytest.raises(ConflictError) as caught:
        zep.memory.update_session("s", metadata={"a": 1})
    assert (caught.value.status_code, caught.value.body) == (409, ApiError(message=ENDED))
    assert zep.memory.get_session("s") == ended


# The client declares only 500 for memory.add: all else arrives without a class, the body a dict.
UNDECLARED: dict[str, tuple[str, list[Message], int, str]] = {
    "ended": ("ended", [HELLO], 409, ENDED),
    "unknown": ("nowhere", [HELLO], 404, "not found"),
    "taken uuid": (
        "s",
        [Message(role_type="user", content="hi", uuid="0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90")] * 2,
        400,
        "bad request: message_uuid already exists",
    ),
}


@pytest.mark.parametrize(
    ("session_id", "messages", "status", "message"), UNDECLARED.values(), ids=UNDECLARED
)
def test_messages_are_refused(
    origin: str, session_id: str, messages: list[Message], status: int, message: str
) -> None:
    """The client raises its core ApiError, and none of the messages is kept."""
    zep = settled(origin)
    add_sessions(zep, "ended")
    zep.memory.end_session("ended")
    with pytest.raises(Refusal) as caught:
        zep.memory.add(session_id, messages=messages)
    assert type(caught.value) is Refusal
    assert (caught.value.status_code, caught.value.body) == (status, {"message": message})
    assert zep.memory.get_session_messages("s").total_count == 0


def test_malformed_key_is_unauthorized(origin: str) -> None:
    """A key with a space is unauthorized; the client raises its core ApiError."""
    with pytest.raises(Refusal) as caught:
        connect(origin, "two words").memory.list_sessions()
    assert type(caught.value) is Refusal
    assert (caught.value.status_code, caught.value.body) == (401, {"message": "unauthorized"})
