"""How what is said in a session becomes part of its user's graph."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Mapping, Sequence
from typing import Any

from understudy import World

from ._facts import Owner, add_facts
from ._graph import observe
from ._graph_nodes import full_name
from ._intelligence import facts_from, stated
from ._records import timestamp
from ._users import USERS


def learn(
    world: World,
    session: Mapping[str, Any],
    messages: Sequence[Mapping[str, Any]],
    ignored: Container[str],
) -> None:
    """Take the facts from the messages of users, unless their role is ignored."""
    if "user" in ignored:
        return
    for message in messages:
        if message["role_type"] == "user":
            _learn(world, session, message)


def _learn(world: World, session: Mapping[str, Any], message: Mapping[str, Any]) -> None:
    name = _name_of(world, session["user_id"])
    facts = [
        fact._replace(source=name)
        for fact in facts_from(message["role"] or name, message["content"])
    ]
    if not facts:
        return
    owner: Owner = ("user", session["user_id"])
    _, edges = observe(
        world,
        owner,
        content=message["content"],
        source="message",
        facts=facts,
        role=message["role"],
        role_type="user",
        session_id=session["session_id"],
        created_at=message["created_at"],
    )
    add_facts(world, owner, facts, edges, session_id=session["session_id"])


def tell(world: World, session: Mapping[str, Any], statements: Sequence[str]) -> None:
    """Add facts that a client gives in words."""
    if not statements:
        return
    owner: Owner = ("user", session["user_id"])
    name = _name_of(world, session["user_id"])
    facts = [stated(name, statement) for statement in statements]
    _, edges = observe(
        world,
        owner,
        content="\n".join(statements),
        source="text",
        facts=facts,
        session_id=session["session_id"],
        created_at=timestamp(world.clock.now()),
    )
    add_facts(world, owner, facts, edges, session_id=session["session_id"])


def _name_of(world: World, user_id: str) -> str:
    """What the node of a user is called."""
    return full_name(world.store.get(USERS, user_id) or {"user_id": user_id})
