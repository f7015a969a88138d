"""Zep v4: the hooks of the API.

Its operations are in the modules beside. What they share with the older generations is in the
model of `zep`, what only they share in `model`.
"""

from __future__ import annotations

from typing import Any

from understudy import HookContext, Problem

from ..zep import authenticate as authenticate
from .model.errors import error_of


def error_response(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return status and body of an error: every error of Zep v4 is `{"error": {...}}`."""
    return problem.status, {"error": error_of(problem)}


#: Zep serves the same data by all generations of its API.
STATE_OF = "zep"
