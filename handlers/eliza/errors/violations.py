"""Helpers of the modules that translate violations: one module for each family of operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Problem, World

from ..model.validation import violates

#: Arguments of a request by name, as far as they could be read; those that are invalid too.
Arguments = Mapping[str, Any]

#: Returns the problem to answer with, given the one that the contract's violations make.
Refusal = Callable[[World, Arguments, Problem], Problem]

#: How the engine's messages about a body begin that could not be parsed at all.
_UNREADABLE = ("malformed JSON", "not valid UTF-8")

_TRANSPORTS = ("http", "sse", "websocket", "sync", "stream")


def is_unreadable(problem: Problem) -> bool:
    """Return whether the body is not JSON."""
    return problem.status == 400 and any(
        v.where == "body" and not v.at and v.message.startswith(_UNREADABLE)
        for v in problem.violations
    )


def body_of(arguments: Arguments) -> Mapping[str, Any]:
    """Return the body if it is an object, else an empty one."""
    body = arguments.get("body")
    return body if isinstance(body, dict) else {}


def refused(problem: Problem, message: str | None = None, code: str | None = None) -> Problem:
    """Return a 400 with the violations of `problem`.

    Without a message, that of `problem`; without a code, the one for ids in the path or for
    anything else.
    """
    if code is None:
        code = "INVALID_ID" if violates(problem, "path") else "VALIDATION_ERROR"
    return Problem(400, message or problem.message, code=code, violations=problem.violations)


def transport_error(body: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the transport that a message asks for, by its new or old name."""
    transport = body.get("transport")
    transport = body.get("mode") if transport is None else transport
    if transport is None or transport in _TRANSPORTS:
        return None
    if isinstance(transport, str):
        return f'Invalid transport "{transport}". Must be one of: {", ".join(_TRANSPORTS)}'
    type_name = {bool: "boolean", int: "number", float: "number"}.get(type(transport), "object")
    return f'Invalid transport type "{type_name}". Transport must be a string.'
