"""The items of batches as clients give them: what they need, and where they go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from understudy import Record, World

from ..graph.records import Owner
from ..groups import GROUPS
from ..sessions.session import SESSIONS
from ..users import USERS


class Target(NamedTuple):
    """Where an item goes: to a graph; a message, to a thread first."""

    owner: Owner
    thread: Record | None = None


def fault_of(
    given: Mapping[str, Any],
    user: str = "user_id",
    graph: str = "graph_id",
    thread: str = "thread_id",
) -> str | None:
    """Return what is wrong with an item, whose targets have fields of these names."""
    if given["type"] == "thread_message":
        missing = [field for field in (thread, "content") if not given.get(field)]
        return f"a thread_message needs {missing[0]}" if missing else None
    if not given.get("data"):
        return "a graph_episode needs data"
    if bool(given.get(user)) == bool(given.get(graph)):
        return f"a graph_episode needs {user} or {graph}, and not both"
    return None


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
