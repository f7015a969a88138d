"""What is wrong with a request to sessions, in the order and the words of the released server."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from understudy import Problem, World

from ._agents import running_agent
from ._javascript import number
from ._limits import check_content, check_metadata, invalid_content
from ._pages import checked_moment
from ._sessions import live_session
from ._state import milliseconds
from ._timeouts import LONGEST_TIMEOUT, SHORTEST_TIMEOUT

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_NUMBERS = ("timeoutMinutes", "maxDurationMinutes", "warningThresholdMinutes")
_TRANSPORTS = ("http", "sse", "websocket", "sync", "stream")


def _of_create(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = given.get("body")
    asked = body if isinstance(body, dict) else {}
    names = ("agentId", "userId")
    if not all(isinstance(asked.get(name), str) for name in names):
        return _invalid(f"Missing required fields: {', '.join(names)}", missingFields=list(names))
    for name in names:
        if not _UUID.fullmatch(asked[name]):
            message = f"Invalid UUID format for field '{name}'"
            return _invalid(message, providedValue=asked[name], expectedFormat="UUID v4")
    running_agent(world, asked["agentId"])
    check_metadata(asked.get("metadata"))
    return problem


def _of_send(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = given.get("body")
    asked = body if isinstance(body, dict) else {}
    fault = _transport_fault(asked)
    if fault:
        return invalid_content(fault)
    if not isinstance(asked.get("content"), str):
        return invalid_content("Invalid message request format")
    live_session(world, given["sessionId"], milliseconds(world))
    check_content(asked["content"])
    check_metadata(asked.get("metadata"))
    return problem


def _transport_fault(asked: dict[str, Any]) -> str | None:
    wished = asked.get("transport")
    wished = asked.get("mode") if wished is None else wished
    if wished is None or wished in _TRANSPORTS:
        return None
    if isinstance(wished, str):
        return f'Invalid transport "{wished}". Must be one of: {", ".join(_TRANSPORTS)}'
    kind = {bool: "boolean", int: "number", float: "number"}.get(type(wished), "object")
    return f'Invalid transport type "{kind}". Transport must be a string.'


def _of_history(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    live_session(world, given["sessionId"], milliseconds(world))
    for name in ("before", "after"):
        checked_moment(world.persona, name, given.get(name))
    return problem


def _of_timeout(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    live_session(world, given["sessionId"], milliseconds(world))
    check_timeouts(given.get("body"))
    return problem


def check_timeouts(config: Any) -> None:
    """Unlike at creation, timeouts of the wrong type, or out of range, are refused."""
    if not isinstance(config, dict | list) or (
        isinstance(config, dict) and not _is_configuration(config)
    ):
        raise _invalid_timeouts("Invalid timeout configuration format", config)
    minutes = config.get("timeoutMinutes", SHORTEST_TIMEOUT) if isinstance(config, dict) else 5
    minutes = number(minutes)
    if isfinite(minutes) and not SHORTEST_TIMEOUT <= minutes <= LONGEST_TIMEOUT:
        reason = f"Timeout must be between {SHORTEST_TIMEOUT} and {LONGEST_TIMEOUT} minutes"
        raise _invalid_timeouts(reason, config)


def _is_configuration(config: dict[str, Any]) -> bool:
    return isinstance(config.get("autoRenew", True), bool) and all(
        isinstance(value, str | int | float) and not isinstance(value, bool)
        for value in (config[name] for name in _NUMBERS if name in config)
    )


def _invalid_timeouts(reason: str, config: Any) -> Problem:
    details = {"reason": reason}
    if config is not None:
        details["providedConfig"] = config
    return _invalid(f"Invalid timeout configuration: {reason}", **details)


def _invalid(message: str, **details: Any) -> Problem:
    return Problem(400, message, code="VALIDATION_ERROR", details=details)


REFUSALS: dict[str, Callable[[World, dict[str, Any], Problem], Problem]] = {
    "createSession": _of_create,
    "sendSessionMessage": _of_send,
    "getSessionMessages": _of_history,
    "updateSessionTimeout": _of_timeout,
}
