"""Messages of a session: stored, and placed in the graph of its user, which learns from them."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..debug_logging import is_debug_logging
from ..graph.elements.episodes import forget_episode, place, store_episode
from ..graph.learning.learning import Learner
from ..graph.owner import Owner
from ..graph.records import EPISODES
from ..intelligence.statements import stated
from .messages import new_message


def store_messages(
    world: World,
    session: Mapping[str, Any],
    messages: Iterable[Mapping[str, Any]],
    ignored: Container[str],
    now: str,
    task_id: str | None = None,
) -> list[Record]:
    """Store new messages and return them as they are stored.

    They are in the graph too, and wait to be processed there, unless their role is ignored.
    """
    owner: Owner = ("user", session["user_id"])
    placed = place(owner, now, task_id, is_logged=is_debug_logging(world))
    common = {"session_id": session["session_id"], "received_at": now}
    return [_store(world, given, common, placed, ignored) for given in messages]


def _store(
    world: World,
    given: Mapping[str, Any],
    common: Mapping[str, Any],
    placed: Mapping[str, Any],
    ignored: Container[str],
) -> Record:
    """Store a message with the fields that it has in `common`; those `placed` are in the graph."""
    message = new_message(world, given, common["received_at"])
    uuid = message["uuid"]
    if given.get("uuid") and world.store.get(EPISODES, uuid) is not None:  # of a deleted session
        forget_episode(world, uuid)
    stored: dict[str, Any] = {"uuid": uuid, **common, "message": message}
    if message["role_type"] not in ignored and message["content"].strip():
        message["processed"] = False
        stored.update(placed)
    world.store.put(EPISODES, uuid, stored)
    return stored


def add_statements(world: World, session: Mapping[str, Any], statements: Sequence[str]) -> None:
    """Add facts that a client gives in words; they are known at once."""
    if not statements:
        return
    owner: Owner = ("user", session["user_id"])
    learner = Learner(world, owner)
    fields = {
        "content": "\n".join(statements),
        "source": "text",
        "session_id": session["session_id"],
    }
    facts = [stated(learner.owner_name, statement) for statement in statements]
    learner.learn_facts(store_episode(world, owner, fields), facts)
