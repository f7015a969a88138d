"""Errors of operations on messages and jobs.

The server checks the fields in an order of its own, and its message is about the first fault
alone; the violations, which are kept, name all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy import Problem, World

from ..model.javascript import truthy, utf16_length
from ..model.validation import is_uuid, violates
from .violations import Arguments, Refusal, body_of, refused, transport_error

_NOT_SUBMITTED = (
    "Missing required fields: channel_id, message_server_id, author_id, content, source_type, "
    "raw_message"
)
_NOT_POSTED = "Missing required fields: channelId, message_server_id, author_id, content"


def _server(body: Mapping[str, Any]) -> Any:
    return body.get("message_server_id") or body.get("server_id")


def _invalid_id(body: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        if truthy(body.get(name)) and not is_uuid(body[name]):
            return f"Invalid {name} format"
    return None


def _of_submit(world: World, arguments: Arguments, problem: Problem) -> Problem:
    body = body_of(arguments)
    ids = (body.get("channel_id"), _server(body), body.get("author_id"))
    required = (body.get(name) for name in ("content", "source_type", "raw_message"))
    if not (all(map(is_uuid, ids)) and all(map(truthy, required))):
        return refused(problem, _NOT_SUBMITTED)
    return refused(problem, _invalid_id(body, ("in_reply_to_message_id", "messageId")))


def _of_update(world: World, arguments: Arguments, problem: Problem) -> Problem:
    if violates(problem, "path"):
        return refused(problem, "Invalid message id")
    names = ("in_reply_to_message_id", "author_id")
    return refused(problem, _invalid_id(body_of(arguments), names))


def _of_post(world: World, arguments: Arguments, problem: Problem) -> Problem:
    body = body_of(arguments)
    message = transport_error(body)
    if message is not None:
        return refused(problem, message)
    ids = (arguments.get("channelId"), body.get("author_id"), _server(body))
    if not (all(map(is_uuid, ids)) and truthy(body.get("content"))):
        return refused(problem, _NOT_POSTED)
    return refused(problem)


def _of_create_job(world: World, arguments: Arguments, problem: Problem) -> Problem:
    if not isinstance(arguments.get("body"), dict | list):
        return refused(problem, "userId is required and must be a valid UUID string")
    return refused(problem, next(_job_errors(body_of(arguments)), None))


def _job_errors(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a job, in the server's order."""
    user, content, agent = body.get("userId"), body.get("content"), body.get("agentId", "")
    if not isinstance(agent, str):
        yield "agentId must be a valid UUID string"
    if not isinstance(user, str):
        yield "userId is required and must be a valid UUID string"
    if not isinstance(content, str):
        yield "content is required and must be a string"
    elif not content:
        yield "content cannot be empty"
    elif utf16_length(content) > 50_000:
        yield "content exceeds maximum length of 50000 characters"
    if not isinstance(body.get("metadata", {}), dict | list):
        yield "metadata must be an object"
    yield from _timeout_errors(body.get("timeoutMs", 1000))
    if not is_uuid(user):
        yield "Invalid userId format (must be valid UUID)"
    if agent and not is_uuid(agent):
        yield "Invalid agentId format (must be valid UUID)"


def _timeout_errors(timeout: Any) -> Iterator[str]:
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout < 0:
        yield "timeoutMs must be a positive number"
    elif timeout < 1000:
        yield "timeoutMs must be at least 1000ms"
    elif timeout > 300_000:
        yield "timeoutMs cannot exceed 300000ms"


def _refuse_with(message: str) -> Refusal:
    """Return a refusal with one message."""
    return lambda world, arguments, problem: refused(problem, message)


_CHANNEL_ID = _refuse_with("Invalid channelId")
_CHANNEL_OR_MESSAGE = _refuse_with("Invalid channelId or messageId")

REFUSALS: dict[str, Refusal] = {
    "submitMessage": _of_submit,
    "createAction": _of_submit,
    "updateAction": _of_update,
    "ingestExternalMessage": _refuse_with("Invalid external message payload"),
    "sendChannelMessage": _of_post,
    "postMessage": _of_post,
    "getChannelMessages": _CHANNEL_ID,
    "listMessages": _CHANNEL_ID,
    "deleteChannelMessage": _CHANNEL_OR_MESSAGE,
    "deleteMessage": _CHANNEL_OR_MESSAGE,
    "deleteAllChannelMessages": _CHANNEL_ID,
    "clearChannelHistory": _CHANNEL_ID,
    "createJob": _of_create_job,
}
