"""The items of batches as clients give them: what they need, and where they go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from understudy import Problem, Record, Violation, World

from ..graph.owner import Owner
from ..groups import GROUPS
from ..sessions.session import SESSIONS
from ..users import USERS

_ITEM = re.compile(r"/items/(\d+)")


class Target(NamedTuple):
    """Where an item goes: to a graph; a message, to a thread first."""

    owner: Owner
    thread: Record | None = None


def explained(problem: Problem, body: Any, user: str, graph: str, thread: str) -> Problem:
    """Return the problem of faulty items with words for what each of them needs.

    The document can only say that an item is none of those that it describes. The names are those
    of the fields that say where an item goes.
    """
    violations = tuple(
        replace(violation, message=_need(body, violation, user, graph, thread))
        for violation in problem.violations
    )
    return Problem(problem.status, str(violations[0]), violations=violations)


def _need(body: Any, violation: Violation, user: str, graph: str, thread: str) -> str:
    place = _ITEM.fullmatch(violation.at)
    if place is None or not violation.rule.endswith("/anyOf"):
        return violation.message
    needs = {
        "thread_message": f"a thread_message needs {thread} and content",
        "graph_episode": f"a graph_episode needs data, and {user} or {graph}, but not both",
    }
    return needs.get(str(body["items"][int(place[1])].get("type")), violation.message)


def target_of(world: World, given: Mapping[str, Any]) -> Target | None:
    """Return where an item goes, by the ids that v3 has; None if that is not there."""
    if given["type"] == "thread_message":
        thread = world.store.get(SESSIONS, given["thread_id"])
        return Target(("user", thread["user_id"]), thread) if thread else None
    user_id = given.get("user_id")
    if user_id:
        return Target(("user", user_id)) if world.store.get(USERS, user_id) else None
    graph_id = given["graph_id"]
    return Target(("group", graph_id)) if world.store.get(GROUPS, graph_id) else None
