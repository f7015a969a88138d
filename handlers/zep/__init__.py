"""Zep v2 and v3: the hooks of the API.

Its operations are in the modules beside, what they share in `model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import HookContext, Problem, World

from .model import COLLECTIONS as COLLECTIONS
from .model.plants import PLANTS
from .model.work.batch_items import explained
from .model.work.pending import advance as advance
from .model.work.pending import fail_work, finish_work
from .model.work.timing import SETTINGS as SETTINGS

#: What tests may do to this API through the control API.
ACTIONS = {"fail_work": fail_work, "finish_work": finish_work, **PLANTS}

_UNAUTHORIZED = "unauthorized"

#: Zep's messages for errors that the engine makes.
_ENGINE_MESSAGES = {
    "NOT_FOUND": "404 page {message}",
    "PAYLOAD_TOO_LARGE": "request body too large",
}


def translate_violations(
    world: World, context: HookContext, given: Mapping[str, Any], problem: Problem
) -> Problem:
    """Return the problem of a request that breaks the contract, in words that help."""
    if context.operation == "addBatchItems" and problem.violations:
        return explained(problem, given.get("body"), "user_id", "graph_id", "thread_id")
    return problem


def error_response(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return status and body of an error: every error of Zep is `{"message": ...}`."""
    return problem.status, {"message": _message(problem)}


def _message(problem: Problem) -> str:
    if problem.status == 401:
        return _UNAUTHORIZED
    if problem.status == 400 and problem.violations:
        return f"bad request: {problem.message}"
    message = _ENGINE_MESSAGES.get(problem.code or "", "{message}")
    return message.replace("{message}", problem.message)


def authenticate(credentials: Mapping[str, str]) -> str:
    """Return the tenant: the key of `Authorization: Api-Key KEY`."""
    parts = credentials["ApiKeyAuth"].split(" ")
    if len(parts) != 2 or parts[0] != "Api-Key" or not parts[1]:
        raise Problem(401, _UNAUTHORIZED)
    return parts[1]
