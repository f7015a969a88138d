"""How the stand-in answers as ElizaOS, in the persona `docs`: the published reference.

Its errors are `{"success": false, "error": {"code", "message", "timestamp", "details"?}}`.
"""

from __future__ import annotations

from typing import Any

from understudy import Call, Problem, World, iso_millis

from ._agents import ELIZA, add_agent
from ._state import SERVER, SERVER_KEY

#: The published reference; and release 1.7.2, its oddities included.
PERSONAS = ("docs", "1.7")

#: Violations that `details` tells of; a longer list repeats itself.
_MOST_TOLD = 10


def error_answer(problem: Problem, call: Call) -> tuple[int, Any]:
    """Status and body of an error, in ElizaOS's own shape."""
    status, code, message = problem.status, problem.code, problem.message
    if status == 415:
        status, code = 400, "INVALID_CONTENT_TYPE"
        message = "Invalid or missing Content-Type header"
    elif status == 400 and any(v.where == "path" for v in problem.violations):
        code = "INVALID_ID"
    error = {
        "code": code or str(status),
        "message": message,
        "timestamp": iso_millis(call.clock.now()),
    }
    details = _details(problem)
    if details is not None:
        error["details"] = details
    return status, {"success": False, "error": error}


def populate(world: World) -> None:
    """One running agent, and the moment at which the server started."""
    now = world.clock.now()
    world.store.put(SERVER, SERVER_KEY, {"started": now})
    add_agent(world, ELIZA, now // 1000)


def _details(problem: Problem) -> Any:
    if problem.violations:
        return "; ".join(str(violation) for violation in problem.violations[:_MOST_TOLD])
    return problem.details
