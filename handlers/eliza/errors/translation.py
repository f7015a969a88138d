"""Translates violations of the contract into the server's own errors.

The released server checks a request in an order of its own, in which an unknown session may come
before a missing field. Each family of operations has a module here with a table of functions.
"""

from __future__ import annotations

from understudy import Problem, World

from . import agents, channels, memory, messages, sessions
from .violations import Arguments, Refusal, is_unreadable

#: By operationId.
REFUSALS: dict[str, Refusal] = {
    **agents.REFUSALS,
    **channels.REFUSALS,
    **memory.REFUSALS,
    **messages.REFUSALS,
    **sessions.REFUSALS,
}


def translate(world: World, operation: str, arguments: Arguments, problem: Problem) -> Problem:
    """Return the problem to answer with.

    A wrong media type and a body that is not JSON are refused before any operation runs; these
    problems stay unchanged.
    """
    refusal = REFUSALS.get(operation)
    if refusal is None or problem.status != 400 or is_unreadable(problem):
        return problem
    return refusal(world, arguments, problem)
