"""Errors of operations on sessions, in the order in which the released server checks."""

from __future__ import annotations

from typing import Any

from understudy import Problem, World

from ..model.agents.agent import running_agent
from ..model.clock import milliseconds
from ..model.sessions.pages import checked_moment
from ..model.sessions.session import live_session
from ..model.sessions.timeouts import check_timeouts
from ..model.validation import check_content, check_metadata, invalid_content, is_uuid
from .violations import Arguments, Refusal, body_of, transport_error


def _of_create(world: World, arguments: Arguments, problem: Problem) -> Problem:
    body = body_of(arguments)
    names = ("agentId", "userId")
    if not all(isinstance(body.get(name), str) for name in names):
        return _invalid(f"Missing required fields: {', '.join(names)}", missingFields=list(names))
    for name in names:
        if not is_uuid(body[name]):
            message = f"Invalid UUID format for field '{name}'"
            return _invalid(message, providedValue=body[name], expectedFormat="UUID v4")
    running_agent(world, body["agentId"])
    check_metadata(body.get("metadata"))
    return problem


def _of_send(world: World, arguments: Arguments, problem: Problem) -> Problem:
    body = body_of(arguments)
    message = transport_error(body)
    if message is not None:
        return invalid_content(message)
    if not isinstance(body.get("content"), str):
        return invalid_content("Invalid message request format")
    live_session(world, arguments["sessionId"], milliseconds(world))
    check_content(body["content"])
    check_metadata(body.get("metadata"))
    return problem


def _of_history(world: World, arguments: Arguments, problem: Problem) -> Problem:
    live_session(world, arguments["sessionId"], milliseconds(world))
    for name in ("before", "after"):
        checked_moment(world, name, arguments.get(name))
    return problem


def _of_timeout(world: World, arguments: Arguments, problem: Problem) -> Problem:
    live_session(world, arguments["sessionId"], milliseconds(world))
    check_timeouts(arguments.get("body"))
    return problem


def _invalid(message: str, **details: Any) -> Problem:
    return Problem(400, message, code="VALIDATION_ERROR", details=details)


REFUSALS: dict[str, Refusal] = {
    "createSession": _of_create,
    "sendSessionMessage": _of_send,
    "getSessionMessages": _of_history,
    "updateSessionTimeout": _of_timeout,
}
