"""What the released server says of requests about messages and jobs that it refuses.

It looks at the fields in an order of its own, and tells the first fault alone; the violations,
which are kept, tell all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from understudy import Problem, World

from ._javascript import truthy, utf16_length

Refusal = Callable[[World, dict[str, Any], Problem], Problem]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOT_SUBMITTED = (
    "Missing required fields: channel_id, message_server_id, author_id, content, source_type, "
    "raw_message"
)
_NOT_POSTED = "Missing required fields: channelId, message_server_id, author_id, content"
_TRANSPORTS = ("http", "sse", "websocket", "sync", "stream")


def _refused(problem: Problem, message: str | None) -> Problem:
    """The problem in the server's words, where it has some."""
    in_path = any(violation.where == "path" for violation in problem.violations)
    code = "INVALID_ID" if in_path else "VALIDATION_ERROR"
    return Problem(400, message or problem.message, code=code, violations=problem.violations)


def _body(given: dict[str, Any]) -> dict[str, Any]:
    body = given.get("body")
    return body if isinstance(body, dict) else {}


def _is_uuid(value: Any) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _server(body: dict[str, Any]) -> Any:
    return body.get("message_server_id") or body.get("server_id")


def _wrong_id(body: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        if truthy(body.get(name)) and not _is_uuid(body[name]):
            return f"Invalid {name} format"
    return None


def _submitted(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = _body(given)
    ids = (body.get("channel_id"), _server(body), body.get("author_id"))
    needed = (body.get(name) for name in ("content", "source_type", "raw_message"))
    if not (all(map(_is_uuid, ids)) and all(map(truthy, needed))):
        return _refused(problem, _NOT_SUBMITTED)
    return _refused(problem, _wrong_id(body, ("in_reply_to_message_id", "messageId")))


def _changed(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    if any(violation.where == "path" for violation in problem.violations):
        return _refused(problem, "Invalid message id")
    return _refused(problem, _wrong_id(_body(given), ("in_reply_to_message_id", "author_id")))


def _posted(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = _body(given)
    wanted = body.get("transport")
    if wanted is None:
        wanted = body.get("mode")
    if wanted is not None and not isinstance(wanted, str):
        return _refused(
            problem, f'Invalid transport type "{_type(wanted)}". Transport must be a string.'
        )
    if wanted is not None and wanted not in _TRANSPORTS:
        known = ", ".join(_TRANSPORTS)
        return _refused(problem, f'Invalid transport "{wanted}". Must be one of: {known}')
    ids = (given.get("channelId"), body.get("author_id"), _server(body))
    if not (all(map(_is_uuid, ids)) and truthy(body.get("content"))):
        return _refused(problem, _NOT_POSTED)
    return _refused(problem, None)


def _type(value: Any) -> str:
    """What JavaScript calls the type of a value."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "object"


def _asked(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = given.get("body")
    if not isinstance(body, dict | list):
        return _refused(problem, "userId is required and must be a valid UUID string")
    return _refused(problem, next(_faults(_body(given)), None))


def _faults(body: dict[str, Any]) -> Any:
    """The faults of a job, in the server's order."""
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
    yield from _faults_of_timeout(body.get("timeoutMs", 1000))
    if not _is_uuid(user):
        yield "Invalid userId format (must be valid UUID)"
    if agent and not _is_uuid(agent):
        yield "Invalid agentId format (must be valid UUID)"


def _faults_of_timeout(timeout: Any) -> Any:
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout < 0:
        yield "timeoutMs must be a positive number"
    elif timeout < 1000:
        yield "timeoutMs must be at least 1000ms"
    elif timeout > 300_000:
        yield "timeoutMs cannot exceed 300000ms"


def _saying(message: str) -> Refusal:
    """Refuses with one text."""
    return lambda world, given, problem: _refused(problem, message)


_CHANNEL_ID = _saying("Invalid channelId")
_CHANNEL_OR_MESSAGE = _saying("Invalid channelId or messageId")

REFUSALS: dict[str, Refusal] = {
    "submitMessage": _submitted,
    "createAction": _submitted,
    "updateAction": _changed,
    "ingestExternalMessage": _saying("Invalid external message payload"),
    "sendChannelMessage": _posted,
    "postMessage": _posted,
    "getChannelMessages": _CHANNEL_ID,
    "listMessages": _CHANNEL_ID,
    "deleteChannelMessage": _CHANNEL_OR_MESSAGE,
    "deleteMessage": _CHANNEL_OR_MESSAGE,
    "deleteAllChannelMessages": _CHANNEL_ID,
    "clearChannelHistory": _CHANNEL_ID,
    "createJob": _asked,
}
