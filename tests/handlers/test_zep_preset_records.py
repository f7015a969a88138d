"""Records that a test presets in Zep: facts, summaries, conclusions and search results."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.zep.facts import delete_fact, get_fact, get_session_facts
from handlers.zep.graph import clone_graph
from handlers.zep.graph_edges import get_graph_edge, list_user_edges
from handlers.zep.memory import (
    add_memory,
    extract_data,
    get_memory,
    get_summaries,
    synthesize_question,
)
from handlers.zep.model.graph.elements.facts import FACTS
from handlers.zep.model.graph.search.planted import SEARCHES
from handlers.zep.model.sessions.conclusions import CLASSIFICATIONS, EXTRACTIONS, QUESTIONS
from handlers.zep.model.sessions.summaries import SUMMARIES
from handlers.zep.model.users import USERS
from handlers.zep.search import search_session, search_sessions
from handlers.zep.sessions import add_session, classify_session, end_session
from handlers.zep.users import add_user, get_user, get_user_facts, get_user_node
from handlers.zep4.nodes import list_nodes
from understudy import Clock, Problem, World
from understudy.runtime.ids import Ids
from understudy.runtime.stores.memory_store import MemoryStore

UUID = "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90"
FACT = {"uuid": UUID, "content": "Ann likes tea.", "fact": "Ann likes tea.", "created_at": "then"}
SUMMARY = {"uuid": UUID, "content": "Tea was spoken of.", "created_at": "then"}


@pytest.fixture
def world() -> World:
    """A world with a user, a session `s` of hers, and a message in it."""
    created = World(MemoryStore(), Clock(), Ids("preset"))
    add_user(created, {"user_id": "ann", "first_name": "Ann"})
    add_session(created, {"session_id": "s", "user_id": "ann"})
    post(created, "Where is my order?")
    return created


def post(world: World, content: str) -> None:
    """Add a message of the user's."""
    add_memory(world, "s", {"messages": [{"role_type": "user", "content": content}]})


def test_preset_fact_is_like_others(world: World) -> None:
    """It is listed, relevant, and found by search, although it has only the required fields."""
    record = {"uuid": UUID, "owner": "user:ann", "session_id": "s", "fact": FACT}
    world.store.put(FACTS, UUID, record)
    assert get_fact(world, UUID) == {"fact": FACT}
    assert FACT in get_session_facts(world, "s", None)["facts"]
    assert FACT not in get_session_facts(world, "s", 0.1)["facts"]
    memory = get_memory(world, "s", None, None)
    assert FACT in memory["relevant_facts"]
    assert "  - Ann likes tea. (then - present)" in memory["context"]
    actual = search_sessions(world, None, {"text": "tea", "min_score": 1})
    assert actual == {"results": [{"session_id": "s", "score": 1.0, "fact": FACT}]}


def test_preset_fact_is_no_edge(world: World) -> None:
    """Without nodes it is an edge of none of them."""
    record = {"uuid": UUID, "owner": "user:ann", "session_id": "s", "fact": FACT}
    world.store.put(FACTS, UUID, record)
    graph = get_user(world, "ann")["graph_uuid"]
    nodes = list_nodes(world, graph, 50, None, "degree", "desc", None)["items"]
    assert [node["degree"] for node in nodes] == [1, 1]


def test_preset_fact_without_nodes_is_no_edge(world: World) -> None:
    """It is listed where it was stored, and a clone of the graph has it too."""
    record = {"uuid": UUID, "owner": "user:ann", "session_id": None, "fact": FACT}
    world.store.put(FACTS, UUID, record)
    assert get_user_facts(world, "ann")["facts"][-1] == FACT
    assert UUID not in [edge["uuid"] for edge in list_user_edges(world, "ann", None)]
    with pytest.raises(Problem):
        get_graph_edge(world, UUID)
    clone_graph(world, {"source_user_id": "ann", "target_user_id": "bob"})
    copies = get_user_facts(world, "bob")["facts"]
    assert [fact["content"] for fact in copies] == ["Ann: Where is my order?", FACT["content"]]
    delete_fact(world, UUID)
    assert len(get_user_facts(world, "ann")["facts"]) == 1
    assert len(get_user_facts(world, "bob")["facts"]) == 2


def test_preset_summary_stays(world: World) -> None:
    """Neither new messages nor the end of the session replace it."""
    world.store.put(SUMMARIES, "s", {"session_id": "s", "summary": SUMMARY})
    post(world, "Is it late?")
    end_session(world, "s", None)
    assert get_summaries(world, "s")["summaries"] == [SUMMARY]
    assert get_memory(world, "s", None, None)["summary"] == SUMMARY


def test_preset_class_is_chosen(world: World) -> None:
    """It counts for its session and classifier only, and is kept like any other."""
    preset_ = {"session_id": "s", "name": "mood", "class": "calm"}
    world.store.put(CLASSIFICATIONS, "s/mood", preset_)
    assert classify_session(world, "s", {"name": "mood", "classes": ["order"]})["class"] == "calm"
    assert classify_session(world, "s", {"name": "topic", "classes": ["order"]})["class"] == "order"
    ended = end_session(world, "s", {"classify": {"name": "mood", "classes": ["order"]}})
    assert ended["classification"] == {"class": "calm", "label": "mood"}
    assert ended["session"]["classifications"] == {"mood": "calm", "topic": "order"}


def test_preset_question_is_returned(world: World) -> None:
    """It counts for its session only, whatever the messages are."""
    add_session(world, {"session_id": "t", "user_id": "ann"})
    world.store.put(QUESTIONS, "s", {"session_id": "s", "question": "Does Ann like tea?"})
    post(world, "Is it late?")
    assert synthesize_question(world, "s", None) == {"question": "Does Ann like tea?"}
    assert synthesize_question(world, "t", None) == {"question": ""}


def test_preset_values_are_extracted(world: World) -> None:
    """They count for the properties of the schema; the others are searched for in the messages."""
    world.store.put(EXTRACTIONS, "s", {"session_id": "s", "values": {"drink": "tea", "cup": "1"}})
    post(world, "Its colour is red.")
    schema = json.dumps({"properties": {"drink": {}, "colour": {}, "size": {}}})
    request = {"model_schema": schema, "last_n": 4}
    actual = {"drink": "tea", "colour": "red"}
    assert extract_data(world, "s", request) == {**actual, "size": "unknown"}
    assert extract_data(world, "s", {**request, "validate": True}) == actual


def test_preset_user_has_a_node(world: World) -> None:
    """The user is only a record; its node is created with its first message."""
    user = {"uuid": UUID, "id": 9, "user_id": "eve", "created_at": "then"}
    world.store.put(USERS, "eve", user)
    add_session(world, {"session_id": "e", "user_id": "eve"})
    add_memory(world, "e", {"messages": [{"role_type": "user", "content": "I like tea."}]})
    [edge] = list_user_edges(world, "eve", None)
    assert edge["source_node_uuid"] == get_user_node(world, "eve")["node"]["uuid"] == UUID


def test_preset_results_are_found(world: World) -> None:
    """They are returned for their text, up to the limit, and by session in a search of one."""
    results: list[dict[str, Any]] = [
        {"session_id": "s", "score": 0.9, "fact": FACT},
        {"session_id": "t", "score": 0.8, "summary": SUMMARY},
    ]
    world.store.put(SEARCHES, "tea", {"text": "tea", "results": results})
    assert search_sessions(world, None, {"text": "tea"}) == {"results": results}
    assert search_sessions(world, 1, {"text": "tea"}) == {"results": results[:1]}
    assert search_session(world, "s", None, {"text": "tea"}) == results[:1]
    assert search_sessions(world, None, {"text": "coffee"})["results"] != results


def test_same_requests_give_the_same_responses() -> None:
    """The same seed and clock give the same memory and summaries, with the same ids."""

    def responses() -> dict[str, Any]:
        world = World(MemoryStore(), Clock(lambda: 0), Ids("same"))
        add_user(world, {"user_id": "ann"})
        add_session(world, {"session_id": "s", "user_id": "ann"})
        post(world, "Where is my order?")
        return {**get_memory(world, "s", None, None), **get_summaries(world, "s")}

    assert responses() == responses()
