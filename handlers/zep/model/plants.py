"""What tests plant: what the real service would find out by itself.

Users, threads (sessions) and graphs (groups) are named by their ids or by their uuids, and must be
there. What is planted shows in all generations of the API.
"""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .contexts import CONTEXTS, session_key
from .dates import timestamp
from .graph.elements.facts import FACTS
from .graph.elements.nodes import change_node, find_node_by_name, user_node
from .graph.owner import Owner, graph_of, known_owner
from .graph.plans.triples import add_planned_triple, plan_triple
from .graph.records import NODES
from .graph.search.planted import SEARCHES
from .graph.shapes import show_edge, show_node
from .groups import GROUPS, group_by_uuid
from .intelligence.statements import stated
from .sessions.conclusions import CLASSIFICATIONS, EXTRACTIONS, QUESTIONS
from .sessions.session import SESSIONS, session_by_uuid
from .sessions.summaries import SUMMARIES
from .users import USERS, find_user, user_by_uuid


def plant_fact(
    world: World,
    *,
    fact: str,
    user_id: str | None = None,
    graph_id: str | None = None,
    thread_id: str | None = None,
    name: str | None = None,
    source: str | None = None,
    target: str | None = None,
    rating: float | None = None,
    valid_at: str | None = None,
    invalid_at: str | None = None,
) -> dict[str, Any]:
    """Plant a fact in the graph of a user, of a thread's user, or in a graph; return its edge.

    It is an edge between two nodes, which are named after the words of the fact unless `source`
    and `target` name them.
    """
    owner, session_id = _place(world, user_id, graph_id, thread_id)
    given = {
        "fact": fact,
        "fact_name": name or stated("", fact).name,
        "source_node_name": source,
        "target_node_name": target or stated("", fact).target,
        "valid_at": valid_at,
        "invalid_at": invalid_at,
    }
    edge = add_planned_triple(world, owner, plan_triple(world, owner, given, {}))
    shown = edge["fact"] if rating is None else {**edge["fact"], "rating": rating}
    planted = {**edge, "session_id": session_id, "fact": shown}
    world.store.put(FACTS, planted["uuid"], planted)
    return show_edge(world, planted)


def plant_summary(
    world: World,
    *,
    text: str,
    thread_id: str | None = None,
    user_id: str | None = None,
    graph_id: str | None = None,
    node: str | None = None,
) -> dict[str, Any]:
    """Plant the summary of a thread, of a user, or of a node that `node` names or has as uuid."""
    if thread_id is not None and node is None:
        return _plant_summary_of_session(world, _session(world, thread_id)["session_id"], text)
    owner, _ = _place(world, user_id, graph_id, thread_id)
    stored = change_node(world, _node(world, owner, node), {"summary": text})
    return show_node(world, stored)


def _plant_summary_of_session(world: World, session_id: str, text: str) -> dict[str, Any]:
    summary = {
        "uuid": world.ids.uuid(),
        "created_at": timestamp(world.clock.now()),
        "content": text,
        "token_count": len(text.split()),
        "related_message_uuids": [],
    }
    world.store.put(SUMMARIES, session_id, {"session_id": session_id, "summary": summary})
    return summary


def _node(world: World, owner: Owner, node: str | None) -> Record:
    """Return the node of a name or a uuid; without both, that of the user. Raises Problem 404."""
    if node is None:
        kind, owner_id = owner
        if kind == "user":
            return user_node(world, find_user(world, owner_id))
        raise Problem(400, "`node` must name a node of the graph")
    stored = world.store.get(NODES, node.lower())
    if stored is not None and stored["owner"] == graph_of(owner):
        return stored
    named = find_node_by_name(world, owner, known_owner(world, owner), node)
    if named is None:
        raise Problem(404, f"there is no node {node!r} in the graph")
    return named


def plant_search_results(
    world: World,
    *,
    query: str,
    facts: list[str],
    user_id: str | None = None,
    graph_id: str | None = None,
    thread_id: str | None = None,
) -> list[dict[str, Any]]:
    """Plant facts that a search for `query` finds, in this order; return their edges.

    Searches of edges in the graph, and of facts in threads, then find these only.
    """
    edges = [
        plant_fact(world, fact=fact, user_id=user_id, graph_id=graph_id, thread_id=thread_id)
        for fact in facts
    ]
    results = []
    for number, edge in enumerate(edges):
        stored = world.store.get(FACTS, edge["uuid"]) or {}
        result = {"score": round(1 - number / (len(edges) + 1), 4), "fact": stored["fact"]}
        session_id = stored["session_id"]
        results.append({"session_id": session_id, **result} if session_id else result)
    world.store.put(SEARCHES, query, {"text": query, "results": results})
    return edges


def plant_context(
    world: World,
    *,
    text: str,
    thread_id: str | None = None,
    user_id: str | None = None,
    graph_id: str | None = None,
) -> None:
    """Plant the context of a thread, of all threads and the graph of a user, or of a graph."""
    if thread_id is not None:
        key = session_key(_session(world, thread_id)["session_id"])
    else:
        key = graph_of(_place(world, user_id, graph_id, None)[0])
    world.store.put(CONTEXTS, key, {"text": text})


def plant_extraction(world: World, *, thread_id: str, values: dict[str, str]) -> None:
    """Plant values that are extracted from a thread, by the properties of the schema (v2)."""
    session_id = _session(world, thread_id)["session_id"]
    world.store.put(EXTRACTIONS, session_id, {"session_id": session_id, "values": values})


def plant_classification(world: World, *, thread_id: str, name: str, chosen: str) -> None:
    """Plant the class of a thread that the classifier of this name chooses (v2)."""
    session_id = _session(world, thread_id)["session_id"]
    record = {"session_id": session_id, "name": name, "class": chosen}
    world.store.put(CLASSIFICATIONS, f"{session_id}/{name}", record)


def plant_question(world: World, *, thread_id: str, question: str) -> None:
    """Plant the question that is synthesized from a thread (v2)."""
    session_id = _session(world, thread_id)["session_id"]
    world.store.put(QUESTIONS, session_id, {"session_id": session_id, "question": question})


def _place(
    world: World, user_id: str | None, graph_id: str | None, thread_id: str | None
) -> tuple[Owner, str | None]:
    """Return the owner of a graph, and the id of the thread. Raises Problem 400 or 404."""
    given = [one for one in (user_id, graph_id, thread_id) if one is not None]
    if len(given) != 1:
        raise Problem(400, "give one of `user_id`, `graph_id` and `thread_id`")
    if thread_id is not None:
        session = _session(world, thread_id)
        return ("user", session["user_id"]), session["session_id"]
    if user_id is not None:
        user = world.store.get(USERS, user_id) or user_by_uuid(world, user_id)
        return ("user", _found(user, "user", user_id)["user_id"]), None
    assert graph_id is not None
    group = world.store.get(GROUPS, graph_id) or group_by_uuid(world, graph_id)
    return ("group", _found(group, "graph", graph_id)["group_id"]), None


def _session(world: World, thread_id: str) -> Record:
    session = world.store.get(SESSIONS, thread_id) or session_by_uuid(world, thread_id)
    return _found(session, "thread", thread_id)


def _found(record: Record | None, kind: str, name: str) -> Record:
    if record is None:
        raise Problem(404, f"there is no {kind} {name!r}; add it before")
    return record


PLANTS = {
    "plant_classification": plant_classification,
    "plant_context": plant_context,
    "plant_extraction": plant_extraction,
    "plant_fact": plant_fact,
    "plant_question": plant_question,
    "plant_search_results": plant_search_results,
    "plant_summary": plant_summary,
}
