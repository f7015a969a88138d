"""Zep's own Python client, zep-cloud 2.22.0, against the running server: searches of a graph."""

from __future__ import annotations

from typing import Any

import pytest
from zep_cloud import BadRequestError
from zep_cloud.types import DateFilter, SearchFilters

from tests.clients.zep_python import Zep, settled

#: What Ann's edges are: each from `source` to `target`, so that the nodes make a chain.
CHAIN = [("Ann", "Bob"), ("Bob", "Cat"), ("Cat", "Dan"), ("Dan", "Eve")]


def chained(origin: str) -> Zep:
    """A client whose user knows a chain of people; each fact is a year younger than the last."""
    zep = settled(origin)
    for number, (source, target) in enumerate(CHAIN):
        zep.graph.add_fact_triple(
            user_id="ann",
            fact=f"{source} knows {target}.",
            fact_name="KNOWS" if number % 2 else "LIKES",
            source_node_name=source,
            target_node_name=target,
            valid_at=f"{2020 + number}-01-01T00:00:00Z",
        )
    return zep


def facts(zep: Zep, query: str, **more: Any) -> list[str]:
    """The facts that a search of Ann's edges finds."""
    found = zep.graph.search(user_id="ann", query=query, **more)
    assert (found.nodes, found.episodes) == (None, None)
    return [edge.fact for edge in found.edges or []]


def test_edges_are_ranked_by_their_words(origin: str) -> None:
    """The best comes first, with its score, and is else as it is anywhere."""
    zep = chained(origin)
    (best, *_) = zep.graph.search(user_id="ann", query="Cat knows Dan").edges or []
    assert (best.fact, best.score) == ("Cat knows Dan.", 1.0)
    assert {**best.dict(), "score": None} == {
        **zep.graph.edge.get(best.uuid_).dict(),
        "score": None,
    }


def test_nodes_and_episodes_are_found(origin: str) -> None:
    """The scope says what is searched; only its list is answered."""
    zep = chained(origin)
    episode = zep.graph.add(user_id="ann", type="text", data="Ann moved to Lisbon.")
    nodes = zep.graph.search(user_id="ann", query="Lisbon", scope="nodes", limit=1)
    assert [node.name for node in nodes.nodes or []] == ["Lisbon"]
    assert (nodes.edges, nodes.episodes) == (None, None)
    episodes = zep.graph.search(user_id="ann", query="Lisbon", scope="episodes").episodes or []
    assert [found.uuid_ for found in episodes] == [episode.uuid_]
    assert episodes[0].score == 1.0


def test_a_group_is_searched(origin: str) -> None:
    """A search sees the graph that it names, and no other."""
    zep = chained(origin)
    zep.group.add(group_id="desk")
    assert zep.graph.search(group_id="desk", query="knows").edges == []
    zep.graph.add(group_id="desk", type="text", data="The desk opens at eight.")
    edges = zep.graph.search(group_id="desk", query="knows").edges or []
    assert [edge.fact for edge in edges] == ["The desk opens at eight."]


def test_ten_are_found_unless_asked_otherwise(origin: str) -> None:
    """The limit is 10, and may be up to 50."""
    zep = settled(origin)
    lines = "\n".join(f"Ann has {number} things." for number in range(40))
    zep.graph.add(user_id="ann", type="text", data=lines)
    zep.graph.add(user_id="ann", type="text", data=lines)
    assert len(facts(zep, "things")) == 10
    assert len(facts(zep, "things", limit=3)) == 3
    assert len(facts(zep, "things", limit=50, reranker="episode_mentions")) == 50
    with pytest.raises(BadRequestError):
        facts(zep, "things", limit=51)


def test_a_least_score(origin: str) -> None:
    """Nothing below it is found."""
    assert facts(chained(origin), "Cat knows Dan", min_score=0.99) == ["Cat knows Dan."]


def test_a_least_rating(origin: str) -> None:
    """Facts that say little are rated low, and may be left out."""
    zep = settled(origin)
    long = "Ann said so very many different words about quite another thing."
    zep.graph.add(user_id="ann", type="text", data=f"Ann sings.\n{long}")
    assert facts(zep, "Ann", min_fact_rating=0.5) == [long]


def test_cross_encoder_and_rrf_rank_alike(origin: str) -> None:
    """Both keep the rank by words."""
    zep = chained(origin)
    assert facts(zep, "Dan", reranker="rrf") == facts(zep, "Dan", reranker="cross_encoder")
    assert facts(zep, "Dan", reranker="rrf") == facts(zep, "Dan")


def test_mmr_prefers_variety(origin: str) -> None:
    """With a low lambda, the second one is unlike the first one; with 1, it is the next best."""
    zep = settled(origin)
    lines = ["Ann drinks green tea.", "Ann drinks green tea daily.", "Bob owns a tea shop."]
    zep.graph.add(user_id="ann", type="text", data="\n".join(lines))
    query = "Ann drinks green tea"
    assert facts(zep, query, reranker="mmr", mmr_lambda=1, limit=2) == lines[:2]
    assert facts(zep, query, reranker="mmr", mmr_lambda=0.1, limit=2) == [lines[0], lines[2]]
    assert facts(zep, query, mmr_lambda=0.1, limit=2) == lines[:2]


def test_node_distance_puts_the_near_first(origin: str) -> None:
    """What is fewest edges from the center comes first; without a center, the rank stays."""
    zep = chained(origin)
    nodes = {node.name: node.uuid_ for node in zep.graph.node.get_by_user_id("ann")}
    query = "Ann knows Bob"
    away = facts(zep, query, reranker="node_distance", center_node_uuid=nodes["Eve"])
    assert away == [f"{source} knows {target}." for source, target in reversed(CHAIN)]
    found = zep.graph.search(
        user_id="ann",
        query="Ann",
        scope="nodes",
        reranker="node_distance",
        center_node_uuid=nodes["Cat"],
        limit=3,
    )
    assert (found.nodes or [])[0].name == "Cat"
    assert {node.name for node in found.nodes or []} == {"Cat", "Bob", "Dan"}
    assert facts(zep, query, reranker="node_distance") == facts(zep, query)


def test_episode_mentions_puts_the_often_mentioned_first(origin: str) -> None:
    """The node that most episodes tell of comes first."""
    zep = chained(origin)
    for data in ("Fay: I saw Rome.", "Fay: I left Rome.", "Gil: I saw Paris."):
        zep.graph.add(user_id="ann", type="message", data=data)
    found = zep.graph.search(
        user_id="ann", query="Paris", scope="nodes", reranker="episode_mentions", limit=3
    )
    assert {node.name for node in (found.nodes or [])[:2]} == {"Fay", "Rome"}
    assert (found.nodes or [])[2].name == "Paris"


def test_origins_bound_the_search(origin: str) -> None:
    """Only what is within three edges of an origin is found."""
    zep = chained(origin)
    nodes = {node.name: node.uuid_ for node in zep.graph.node.get_by_user_id("ann")}
    near = zep.graph.search(
        user_id="ann", query="Ann", scope="nodes", bfs_origin_node_uuids=[nodes["Ann"]]
    )
    assert {node.name for node in near.nodes or []} == {"Ann", "Bob", "Cat", "Dan"}
    assert facts(zep, "Ann", bfs_origin_node_uuids=["none"]) == []


def test_types_of_edges_are_filtered(origin: str) -> None:
    """Only edges of these names are found."""
    filters = SearchFilters(edge_types=["LIKES"])
    found = facts(chained(origin), "Dan", search_filters=filters)
    assert sorted(found) == ["Ann knows Bob.", "Cat knows Dan."]


def test_labels_of_nodes_are_filtered(origin: str) -> None:
    """Only nodes that have one are found, and edges whose two nodes have one."""
    zep = chained(origin)
    users = SearchFilters(node_labels=["User"])
    found = zep.graph.search(user_id="ann", query="Bob", scope="nodes", search_filters=users)
    assert [node.name for node in found.nodes or []] == ["Ann"]
    assert facts(zep, "Bob", search_filters=users) == []
    assert len(facts(zep, "Bob", search_filters=SearchFilters(node_labels=["Entity"]))) == 4


@pytest.mark.parametrize(
    ("groups", "years"),
    [
        ([[("=", "2020-01-01T01:00:00+01:00")]], [2020]),
        ([[("<>", "2020-01-01T00:00:00Z")]], [2021, 2022, 2023]),
        ([[(">", "2020-06-01T00:00:00Z"), ("<", "2022-06-01T00:00:00Z")]], [2021, 2022]),
        ([[("<=", "2020-01-01T00:00:00Z")], [(">=", "2023-01-01T00:00:00Z")]], [2020, 2023]),
        ([[("<", "1999-12-31T23:59:60Z")]], []),
        ([[]], [2020, 2021, 2022, 2023]),
        ([], [2020, 2021, 2022, 2023]),
    ],
    ids=["equal", "unequal", "both", "either", "leap second", "empty group", "empty"],
)
def test_dates_are_filtered(
    origin: str, groups: list[list[tuple[str, str]]], years: list[int]
) -> None:
    """One group of comparisons holds, that is all comparisons in it."""
    dates = [[DateFilter(comparison_operator=how, date=date) for how, date in g] for g in groups]
    found = chained(origin).graph.search(
        user_id="ann", query="knows", search_filters=SearchFilters(valid_at=dates)
    )
    assert sorted(int((edge.valid_at or "")[:4]) for edge in found.edges or []) == years


def test_a_date_that_there_is_not_never_holds(origin: str) -> None:
    """No edge of the chain expired, be it before or after some day."""
    zep = chained(origin)
    for how in ("<", ">=", "<>"):
        dates = [[DateFilter(comparison_operator=how, date="2024-01-01T00:00:00Z")]]
        assert facts(zep, "knows", search_filters=SearchFilters(expired_at=dates)) == []


def test_a_search_is_the_same_twice(origin: str) -> None:
    """There is no chance in it."""
    zep = chained(origin)
    for reranker in ("rrf", "mmr", "node_distance", "episode_mentions", "cross_encoder"):
        once, twice = (
            zep.graph.search(user_id="ann", query="who", reranker=reranker) for _ in range(2)
        )
        assert once == twice
