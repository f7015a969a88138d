"""Operations of the tag `facts`."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.elements.facts import FACTS, FACTS_OF_SESSION, facts_of, find_fact
from .model.sessions.learning import add_statements
from .model.sessions.session import find_session


def get_fact(world: World, fact_uuid: str) -> dict[str, Any]:
    """Return a fact."""
    return {"fact": find_fact(world, fact_uuid)["fact"]}


def delete_fact(world: World, fact_uuid: str) -> dict[str, Any]:
    """Delete a fact; it is an edge of a graph, which goes with it."""
    world.store.delete(FACTS, find_fact(world, fact_uuid)["uuid"])
    return {"message": "OK"}


def get_session_facts(world: World, session_id: str, min_rating: float | None) -> dict[str, Any]:
    """List the facts of a session, oldest first."""
    find_session(world, session_id)
    return {"facts": facts_of(world, FACTS_OF_SESSION, session_id, min_rating)}


def add_session_facts(world: World, session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add facts in words to a session, and so to the graph of its user."""
    stored = find_session(world, session_id)
    add_statements(world, stored["session"], [given["fact"] for given in body["facts"]])
    return {"message": "OK"}
