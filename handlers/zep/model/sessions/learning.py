"""Adds what is written in a session to the graph of its user."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import World

from ..graph.data import name_of
from ..graph.episodes import add_episode, extend_graph, forget_episode
from ..graph.nodes import full_name, user_node
from ..graph.records import EPISODES, Owner
from ..intelligence.statements import Extracted, facts_from, stated
from ..records import timestamp
from ..users import find_user
from .messages import new_message


def add_messages(
    world: World,
    session: Mapping[str, Any],
    messages: Iterable[Mapping[str, Any]],
    ignored: Container[str],
    now: str,
) -> None:
    """Store new messages, in the graph too unless their role is ignored; learn facts from users."""
    owner: Owner = ("user", session["user_id"])
    session_id, user = session["session_id"], find_user(world, session["user_id"])
    name = full_name(user)
    nodes = {name: user_node(world, user)["uuid"]}
    for given in messages:
        message = new_message(world, given, now)
        uuid = message["uuid"]
        if world.store.get(EPISODES, uuid) is not None:  # of a deleted session
            forget_episode(world, uuid)
        stored = {"uuid": uuid, "session_id": session_id, "message": message}
        if message["role_type"] not in ignored and message["content"].strip():
            origin = {
                "session_id": session_id,
                "episode": uuid,
                "created_at": now,
                "valid_at": now,
            }
            stored.update(extend_graph(world, owner, _facts(message, name), origin, nodes))
        world.store.put(EPISODES, uuid, stored)


def _facts(message: Mapping[str, Any], name: str) -> list[Extracted]:
    """Return the facts in a message about the user of that name."""
    if message["role_type"] != "user":
        return []
    return facts_from(message["role"] or name, message["content"], name)


def add_statements(world: World, session: Mapping[str, Any], statements: Sequence[str]) -> None:
    """Add facts that a client gives in words."""
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
    add_episode(world, owner, fields, facts, timestamp(world.clock.now()))
