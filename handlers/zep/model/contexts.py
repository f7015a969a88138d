"""Contexts that a test has planted: the text for a prompt, of a session or of a whole graph.

A context is `{"text"}` in the collection `contexts`, under `session:ID`, `user:ID` or `group:ID`.
"""

from __future__ import annotations

from understudy import Collection, World

from .graph.owner import Owner, graph_of
from .record_types import ContextRecord

CONTEXTS = Collection("contexts", record=ContextRecord)


def context_of_session(world: World, session_id: str, user_id: str) -> str | None:
    """Return the context that is planted for a session, else for its user, else None."""
    stored = world.store.get(CONTEXTS, session_key(session_id))
    return context_of_graph(world, ("user", user_id)) if stored is None else str(stored["text"])


def context_of_graph(world: World, owner: Owner) -> str | None:
    """Return the context that is planted for a graph, else None."""
    stored = world.store.get(CONTEXTS, graph_of(owner))
    return None if stored is None else str(stored["text"])


def session_key(session_id: str) -> str:
    """Return the key of a session's context."""
    return f"session:{session_id}"
