"""Facts: what users and groups are known by.

A fact is an edge of the graph of its user or group, told in words; it has the edge's uuid. It is
stored beside what it is listed by: `{"uuid", "session_id", "user_id", "group_id", "fact": what is
answered}`, of which the ids that do not apply are null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Collection, Index, Record, World

from ._intelligence import Extracted
from ._records import not_found

#: ("user", user_id) or ("group", group_id): whose graph it is.
Owner = tuple[str, str]

FACTS_OF_SESSION = Index(group="session_id")
FACTS_OF_USER = Index(group="user_id")
FACTS_OF_GROUP = Index(group="group_id")
FACTS = Collection("facts", (FACTS_OF_SESSION, FACTS_OF_USER, FACTS_OF_GROUP))

_OF_OWNER = {"user": FACTS_OF_USER, "group": FACTS_OF_GROUP}


def add_facts(
    world: World,
    owner: Owner,
    extracted: Sequence[Extracted],
    edges: Sequence[Mapping[str, Any]],
    *,
    session_id: str | None = None,
) -> list[dict[str, Any]]:
    """Store what the edges tell, one fact an edge, in the same order; what is answered of them."""
    kind, owner_id = owner
    facts = [_fact(one, edge) for one, edge in zip(extracted, edges, strict=True)]
    for fact in facts:
        stored = {
            "uuid": fact["uuid"],
            "session_id": session_id,
            "user_id": owner_id if kind == "user" else None,
            "group_id": owner_id if kind == "group" else None,
            "fact": fact,
        }
        world.store.put(FACTS, fact["uuid"], stored)
    return facts


def _fact(extracted: Extracted, edge: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uuid": edge["uuid"],
        "created_at": edge["created_at"],
        "content": edge["fact"],
        "fact": edge["fact"],
        "rating": extracted.rating,
        "name": edge["name"],
        "source_node_name": extracted.source,
        "target_node_name": extracted.target,
        "valid_at": edge.get("valid_at"),
        "invalid_at": edge.get("invalid_at"),
        "expired_at": edge.get("expired_at"),
    }


def facts_of(
    world: World, index: Index, owner_id: str, min_rating: float | None = None
) -> list[dict[str, Any]]:
    """The facts that `index` lists for an id, oldest first, none rated below `min_rating`."""
    return [
        stored["fact"]
        for stored in world.store.list(FACTS, index, owner_id)
        if is_rated(stored["fact"], min_rating)
    ]


def is_rated(fact: Mapping[str, Any], min_rating: float | None) -> bool:
    """Whether the fact is rated at least so; one without a rating counts as 0."""
    return min_rating is None or (fact.get("rating") or 0) >= min_rating


def find_fact(world: World, uuid: str) -> Record:
    """The fact as stored; a Problem where there is none."""
    stored = world.store.get(FACTS, uuid)
    if stored is None:
        raise not_found()
    return stored


def forget(world: World, uuid: str) -> bool:
    """Forget a fact, not its edge; whether there was one."""
    return world.store.delete(FACTS, uuid)


def forget_all(world: World, owner: Owner) -> None:
    """Forget all facts of a user or a group, not their edges."""
    kind, owner_id = owner
    for stored in world.store.list(FACTS, _OF_OWNER[kind], owner_id):
        world.store.delete(FACTS, stored["uuid"])


def leave_session(world: World, session_id: str) -> None:
    """A session goes: its facts stay with its user, as in Zep, and belong to no session."""
    for stored in world.store.list(FACTS, FACTS_OF_SESSION, session_id):
        world.store.put(FACTS, stored["uuid"], {**stored, "session_id": None})
