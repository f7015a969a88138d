"""Zep v2: users, sessions and their memory, as the stand-in answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import HookContext, Problem

from .model import COLLECTIONS as COLLECTIONS

_UNAUTHORIZED = "unauthorized"

#: Words of Zep's own for refusals that the engine makes.
_ENGINE_MESSAGES = {
    "NOT_FOUND": "404 page not found",
    "PAYLOAD_TOO_LARGE": "request body too large",
}


def error_response(problem: Problem, call: HookContext) -> tuple[int, Any]:
    """Every error of Zep's is `{"message": ...}`."""
    return problem.status, {"message": _message(problem)}


def _message(problem: Problem) -> str:
    if problem.status == 401:
        return _UNAUTHORIZED
    if problem.status == 400 and problem.violations:
        return f"bad request: {problem.message}"
    return _ENGINE_MESSAGES.get(problem.code or "", problem.message)


def authenticate(credentials: Mapping[str, str]) -> str:
    """The key of `Authorization: Api-Key KEY`: a Zep project belongs to a key."""
    parts = credentials["ApiKeyAuth"].split(" ")
    if len(parts) != 2 or parts[0] != "Api-Key" or not parts[1]:
        raise Problem(401, _UNAUTHORIZED)
    return parts[1]
