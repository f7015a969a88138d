"""The rules of Zep's graphs: filters, neighbours, subgraphs, pages, and what is derived."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.zep.memory import add_memory
from handlers.zep.model.dates import time_key
from handlers.zep.model.graph.derived.document_summaries import document_summaries_of
from handlers.zep.model.graph.derived.observations import find_observation, observations_of
from handlers.zep.model.graph.derived.thread_summaries import thread_summaries_of
from handlers.zep.model.graph.elements.facts import FACTS, change_fact
from handlers.zep.model.graph.elements.nodes import change_node, find_node_by_name, forget_node
from handlers.zep.model.graph.lists.pages import (
    Cursor,
    PageRequest,
    SortKeys,
    by_uuid,
    page_of,
    read_cursor,
)
from handlers.zep.model.graph.owner import Owner, known_owner
from handlers.zep.model.graph.records import EPISODES, NODES, records_in
from handlers.zep.model.graph.search.auto import context_about
from handlers.zep.model.graph.search.filters import (
    wanted_edges,
    wanted_episodes,
    wanted_nodes,
)
from handlers.zep.model.graph.search.search import search
from handlers.zep.model.graph.traversal import neighbours, subgraph
from handlers.zep.model.settings.steering import steer
from handlers.zep.model.work.submission import add_data, add_triples
from handlers.zep.sessions import add_session
from handlers.zep.users import add_user
from understudy import Clock, Problem, Record, World
from understudy.runtime.ids import Ids
from understudy.runtime.stores.memory_store import MemoryStore

ANN: Owner = ("user", "ann")


@pytest.fixture
def world() -> World:
    """A world with the graph Ann -KNOWS-> Bob -KNOWS-> Cat -OWNS-> Dog, each fact a year later."""
    created = World(MemoryStore(), Clock(), Ids("rules"))
    add_user(created, {"user_id": "ann", "first_name": "Ann"})
    triples = [
        triple("Ann", "KNOWS", "Bob", valid_at="2020-01-01T00:00:00Z", metadata={"n": 1}),
        triple("Bob", "KNOWS", "Cat", valid_at="2021-01-01T00:00:00Z", metadata={"n": 2}),
        triple(
            "Cat",
            "OWNS",
            "Dog",
            edge_attributes={"since": 7},
            target_node_labels=["Animal"],
            target_node_attributes={"legs": 4},
        ),
    ]
    add_triples(created, ANN, triples)
    return created


def triple(source: str, name: str, target: str, **others: Any) -> dict[str, Any]:
    """Return a request to add a fact."""
    ends = {"source_node_name": source, "target_node_name": target}
    return {"fact": f"{source} {name} {target}", "fact_name": name, **ends, **others}


def node(world: World, name: str) -> Record:
    """Return a node by its name."""
    found = find_node_by_name(world, ANN, known_owner(world, ANN), name)
    assert found is not None
    return found


def edges(world: World, filters: dict[str, Any]) -> str:
    """Return the targets of the edges that filters leave, a letter each."""
    wanted = wanted_edges(world, ANN, filters)
    found = [stored for stored in records_in(world, FACTS, ANN) if wanted(stored)]
    return "".join(stored["fact"]["target_node_name"][0] for stored in found)


def nodes(world: World, filters: dict[str, Any]) -> str:
    """Return the names of the nodes that filters leave, a letter each."""
    wanted = wanted_nodes(world, ANN, filters)
    return "".join(one["node"]["name"][0] for one in records_in(world, NODES, ANN) if wanted(one))


def test_filters_of_edges(world: World) -> None:
    """Types, labels, uuids, attributes and dates, by the names of v3."""
    assert edges(world, {}) == "BCD"
    assert edges(world, {"edge_types": ["OWNS"]}) == "D"
    assert edges(world, {"exclude_edge_types": ["OWNS"]}) == "BC"
    assert edges(world, {"exclude_node_labels": ["Animal"]}) == "BC"
    cat = node(world, "Cat")["uuid"]
    assert edges(world, {"connected_node_uuids": [cat.upper()]}) == "CD"
    assert edges(world, {"source_node_uuids": [cat]}) == "D"
    assert edges(world, {"target_node_uuids": [cat]}) == "C"
    assert edges(world, {"valid_at": [[{"comparison_operator": "IS NULL"}]]}) == "D"
    since = {"property_name": "since", "comparison_operator": ">=", "property_value": 7}
    assert edges(world, {"property_filters": [since]}) == "D"
    with pytest.raises(Problem, match="at most 256"):
        edges(world, {"edge_types": ["OWNS"] * 257})


def test_date_filters_of_v4(world: World) -> None:
    """One of the groups must hold, with all its comparisons of whatever fields."""
    early = {"field": "valid_at", "operator": "lt", "value": "2020-06-01T00:00:00Z"}
    never = {"field": "valid_at", "operator": "is_null"}
    ended = {"field": "invalid_at", "operator": "is_not_null"}
    assert edges(world, {"date_filters": {"any_of": [{"all_of": [early]}]}}) == "B"
    either = [{"all_of": [early]}, {"all_of": [never]}]
    assert edges(world, {"date_filters": {"any_of": either}}) == "BD"
    assert edges(world, {"date_filters": {"any_of": [{"all_of": [early, ended]}]}}) == ""


def test_metadata_filters(world: World) -> None:
    """They are about the episodes that edges and nodes are from, and may be nested."""
    one = {"property_name": "n", "operator": "eq", "value": 1}
    two = {"property_name": "n", "comparison_operator": "=", "property_value": 2}
    both = {"type": "or", "filters": [one], "groups": [{"type": "and", "filters": [two]}]}
    assert edges(world, {"metadata_filters": {"type": "and", "filters": [one]}}) == "B"
    assert edges(world, {"episode_metadata_filters": both}) == "BC"
    assert nodes(world, {"episode_metadata_filters": both}) == "ABC"
    wanted = wanted_episodes(
        world, ANN, {"metadata_filters": {"type": "and", "filters": [one, two]}}
    )
    assert not [stored for stored in records_in(world, EPISODES, ANN) if wanted(stored)]
    with pytest.raises(Problem, match="at most 1000"):
        edges(world, {"metadata_filters": {"type": "or", "filters": [one] * 1001}})


def test_filters_of_nodes(world: World) -> None:
    """Labels and attributes, and what edges have is refused."""
    assert nodes(world, {"node_labels": ["Animal"]}) == "D"
    legs = {"property_name": "legs", "operator": "in", "value": [2, 4]}
    assert nodes(world, {"property_filters": [legs]}) == "D"
    episode = records_in(world, EPISODES, ANN)[0]["uuid"]
    assert nodes(world, {"episode_uuids": [episode]}) == "AB"
    filters = {"edge_uuids": [episode]}
    request = {"query": "Dog", "scope": "nodes", "search_filters": filters}
    with pytest.raises(Problem, match="applies to edges only"):
        search(world, ANN, request)


def test_neighbours(world: World) -> None:
    """They are found out of a node, into it, or both ways, with the edges between."""

    def names(direction: str) -> list[str]:
        found = neighbours(world, node(world, "Cat"), direction, yes, yes)
        return [one.node["node"]["name"] for one in found]

    assert (names("out"), names("in"), names("both")) == (["Dog"], ["Bob"], ["Bob", "Dog"])


def yes(_: Record) -> bool:
    """Want everything."""
    return True


def test_subgraph(world: World) -> None:
    """It grows edge by edge, up to its bounds, which it names."""

    def around(depth: int, most: int = 10, edges: int = 10) -> tuple[str, int, str | None]:
        given = {"depth": depth, "max_nodes": most, "max_edges": edges}
        found = subgraph(world, [node(world, "Ann")], given, yes, yes)
        names = "".join(one["node"]["name"][0] for one in found.nodes)
        return names, len(found.edges), found.reason

    assert around(1) == ("AB", 1, None)
    assert around(3) == ("ABCD", 3, None)
    assert around(3, most=2) == ("AB", 1, "max_nodes")
    assert around(3, edges=2) == ("ABC", 2, "max_edges")


def test_pages(world: World) -> None:
    """A cursor goes on after the last item, also if others were deleted in between."""
    keys: SortKeys = {
        "uuid": by_uuid,
        "created_at": lambda one: time_key(one["node"]["created_at"]),
    }
    seen: list[str] = []
    after: Cursor | None = None
    for _ in range(2):
        items = records_in(world, NODES, ANN)
        taken = page_of(items, keys, PageRequest("uuid", True, 2, after))
        seen += [str(one["uuid"]) for one in taken.items]
        after = read_cursor(taken.next_cursor, keys) if taken.next_cursor else None
    assert after is None
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 4
    first = page_of(items, keys, PageRequest("uuid", True, 1)).next_cursor or ""
    for wrong in ("x", "AAAA", "é", first):
        with pytest.raises(Problem, match="not found"):
            read_cursor(wrong, ("created_at",))
    after = Cursor("created_at", True, "no time", "no uuid")
    with pytest.raises(Problem, match="not found"):
        page_of(items, keys, PageRequest("created_at", True, 1, after))


def test_times_are_ordered_by_what_they_mean() -> None:
    """Neither fractions nor zones confuse the order."""
    first, second, third = (
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T02:00:01+02:00",
    )
    assert sorted([third, first, second], key=time_key) == [first, second, third]
    assert time_key(None) < time_key(first)


def test_observations(world: World) -> None:
    """A node that two episodes mention gives one; it has labels of the steering."""
    steer(world, ANN, {"types": [{"name": "Bob", "description": "Of Bob."}]})
    [observation] = observations_of(world, ANN)
    assert observation["summary"] == "Bob is mentioned in 2 episodes."
    assert observation["labels"] == ["Observation", "Bob"]
    assert find_observation(world, observation["uuid"].upper()) == observation
    found = search(world, ANN, {"query": "bob", "scope": "observations"})["observations"]
    assert found[0]["episode_ids"] == observation["episodes"]
    forget_node(world, node(world, "Cat"))
    assert observations_of(world, ANN) == []
    with pytest.raises(Problem):
        find_observation(world, observation["uuid"])


def test_summaries(world: World) -> None:
    """Threads and documents have one, when their episodes are processed."""
    add_session(world, {"session_id": "s", "user_id": "ann"})
    world.settings = {"ingestion": {"mode": "manual"}}
    document = {"type": "text", "data": "Parcels leave at five.", "document_id": "guide"}
    add_data(world, ANN, document)
    add_memory(world, "s", {"messages": [{"role_type": "user", "content": "Is it late?"}]})
    assert (document_summaries_of(world, ANN), thread_summaries_of(world, ANN)) == ([], [])
    world.settings = {"ingestion": {"mode": "immediate"}}
    add_data(world, ANN, document)
    add_memory(world, "s", {"messages": [{"role_type": "user", "content": "Is it lost?"}]})
    [guide] = document_summaries_of(world, ANN)
    assert guide["document_id"] == "guide"
    assert "Parcels leave at five." in guide["summary"]
    [thread] = thread_summaries_of(world, ANN)
    assert (thread["thread_id"], "lost" in thread["summary"]) == ("s", True)
    found = search(world, ANN, {"query": "lost", "scope": "thread_summaries"})
    assert [one["uuid"] for one in found["thread_summaries"]] == [thread["uuid"]]


def test_context_about_a_query(world: World) -> None:
    """It has a section for each kind, and says that there was no room for more."""
    found = context_about(world, ANN, "Dog")
    assert found.text.startswith("<FACTS>\n  - Cat OWNS Dog (")
    assert "<ENTITIES>\n  - Dog: Cat OWNS Dog\n" in found.text
    assert not found.truncated
    short = context_about(world, ANN, "Dog", max_characters=100)
    assert (len(short.selected["edges"]), short.truncated) == (1, True)
    assert len(short.text) <= 100


def test_changes(world: World) -> None:
    """A renamed node is found by its new name; an edge keeps what is not given."""
    change_node(world, node(world, "Dog"), {"name": "Rex", "attributes": {"tails": 1}})
    assert find_node_by_name(world, ANN, known_owner(world, ANN), "dog") is None
    assert node(world, "rex")["node"]["attributes"] == {"legs": 4, "tails": 1}
    edge = records_in(world, FACTS, ANN)[2]
    changed = change_fact(world, edge, {"fact": "Cat owned Rex", "attributes": {"ended": True}})
    assert changed["attributes"] == {"since": 7, "ended": True}
    assert (changed["fact"]["content"], changed["fact"]["name"]) == ("Cat owned Rex", "OWNS")
