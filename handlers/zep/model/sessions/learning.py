"""Messages of a session: stored, and placed in the graph of its user, which learns from them."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..graph.elements.episodes import forget_episode, place, store_episode
from ..graph.learning.learning import learn_facts, name_of
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
    return [_store(world, session, given, ignored, now, task_id) for given in messages]


def _store(
    world: World,
    session: Mapping[str, Any],
    given: Mapping[str, Any],
    ignored: Container[str],
    now: str,
    task_id: str | None,
) -> Record:
    message = new_message(world, given, now)
    uuid = message["uuid"]
    if world.store.get(EPISODES, uuid) is not None:  # of a deleted session
        forget_episode(world, uuid)
    stored: dict[str, Any] = {
        "uuid": uuid,
        "session_id": session["session_id"],
        "received_at": now,
        "message": message,
    }
    if message["role_type"] not in ignored and message["content"].strip():
        message["processed"] = False
        stored.update(place(world, ("user", session["user_id"]), now, task_id))
    world.store.put(EPISODES, uuid, stored)
    return stored


def add_statements(world: World, session: Mapping[str, Any], statements: Sequence[str]) -> None:
    """Add facts that a client gives in words; they are known at once."""
    if not statements:
        return
    owner: Owner = ("user", session["user_id"])
    name = name_of(world, owner)
    fields = {
        "content": "\n".join(statements),
        "source": "text",
        "session_id": session["session_id"],
    }
    facts = [stated(name, statement) for statement in statements]
    learn_facts(world, store_episode(world, owner, fields), facts)
