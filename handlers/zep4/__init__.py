"""Zep v4: the hooks of the API.

Its operations are in the modules beside. What they share with the older generations is in the
model of `zep`, what only they share in `model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import HookContext, Problem, World

from ..zep import authenticate as authenticate
from ..zep.model.work.batch_items import explained
from .model.errors import error_of


def translate_violations(
    world: World, context: HookContext, given: Mapping[str, Any], problem: Problem
) -> Problem:
    """Return the problem of a request that breaks the contract, in words that help."""
    if context.operation == "addBatchItems" and problem.violations:
        return explained(problem, given.get("body"), "user_uuid", "graph_uuid", "thread_uuid")
    return problem


def error_response(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return status and body of an error: every error of Zep v4 is `{"error": {...}}`."""
    return problem.status, {"error": error_of(problem)}


#: Zep serves the same data by all generations of its API.
STATE_OF = "zep"
