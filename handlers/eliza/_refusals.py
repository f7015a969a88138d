"""Requests that break the contract: which of their faults is told, and in which words.

The released server looks at a request in an order of its own, in which an unknown session may
come before a missing field. Each family has a module with its operations' functions.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from understudy import Problem, World

Refuse = Callable[[World, dict[str, Any], Problem], Problem]

#: What the engine says of a body that it could not read at all.
_UNREADABLE = ("malformed JSON", "not valid UTF-8")


def is_unreadable(problem: Problem) -> bool:
    """Whether the body is no JSON."""
    return problem.status == 400 and any(
        v.where == "body" and not v.at and v.message.startswith(_UNREADABLE)
        for v in problem.violations
    )


def told(world: World, operation: str, given: dict[str, Any], problem: Problem) -> Problem:
    """The problem to answer with. What comes before any operation is told as it is: the wrong
    media type, and a body that is no JSON."""
    refuse = _ALL.get(operation)
    if refuse is None or problem.status != 400 or is_unreadable(problem):
        return problem
    return refuse(world, given, problem)


def _gathered() -> dict[str, Refuse]:
    """The functions of all modules beside that are named for it, by operation."""
    package = import_module(__name__.rpartition(".")[0])
    found: dict[str, Refuse] = {}
    for module in iter_modules(package.__path__):
        if module.name.startswith("_refusals_"):
            found.update(import_module(f"{package.__name__}.{module.name}").REFUSALS)
    return found


_ALL = _gathered()
