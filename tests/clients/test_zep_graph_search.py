"""Zep's own Python client, zep-cloud 2.22.0, against the running server: searches of a graph."""

from __future__ import annotations

from typing import Any

import pytest
from zep_cloud import BadRequestError
from zep_cloud.types import DateFilter, SearchFilters

from tests.clients.zep_python import Zep, settled

#: Ann's edges, each from `source` to `target`, so that the nodes make a chain.
CHAIN = [("Ann", "Bob"), ("Bob", "Cat"), ("Cat", "Dan"), ("Dan", "Eve")]


def chained(origin: str) -> Zep:
    """Return a client whose graph is the chain; each fact is valid a year after the one before."""
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
    """Return the facts that a search of Ann's edges finds."""
    results = zep.graph.search(user_id="ann", query=query, **more)
    assert (results.nodes, results.episodes) == (None, None)
    return [edge.fact for edge in results.edges or []]


def test_edges_are_ranked_by_their_words(origin: str) -> None:
    """The best edge comes first, with its score; all other fields are those of the edge."""
    zep = chained(origin)
    (best, *_) = zep.graph.search(user_id="ann", query="Cat knows Dan").edges or []
    assert (best.fact, best.score) == ("Cat knows Dan.", 1.0)
    assert {**best.dict(), "score": None} == {
        **zep.graph.edge.get(best.uuid_).dict(),
        "score": None,
    }


def test_nodes_and_episodes_are_found(origin: str) -> None:
    """The scope selects what is searched; only its list is in the response."""
    zep = chained(origin)
    episode = zep.graph.add(user_id="ann", type="text", data="Ann moved to Lisbon.")
    nodes = zep.graph.search(user_id="ann", query="Lisbon", scope="nodes", limit=1)
    assert [node.name for node in nodes.nodes or []] == ["Lisbon"]
    assert (nodes.edges, nodes.episodes) == (None, None)
    episodes = zep.graph.search(user_id="ann", query="Lisbon", scope="episodes").episodes or []
    assert [result.uuid_ for result in episodes] == [episode.uuid_]
    assert episodes[0].score == 1.0


def test_group_is_searched(origin: str) -> None:
    """A search finds results in the graph that it names, and in no other."""
    zep = chained(origin)
    zep.group.add(group_id="desk")
    assert zep.graph.search(group_id="desk", query="knows").edges == []
    zep.graph.add(group_id="desk", type="text", data="The desk opens at eight.")
    edges = zep.graph.search(group_id="desk", query="knows").edges or []
    assert [edge.fact for edge in edges] == ["The desk opens at eight."]


def test_search_finds_ten_by_default(origin: str) -> None:
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


def test_min_score_leaves_out_the_rest(origin: str) -> None:
    """Results below the minimum score are left out."""
    assert facts(chained(origin), "Cat knows Dan", min_score=0.99) == ["Cat knows Dan."]


def test_min_fact_rating_leaves_out_the_rest(origin: str) -> None:
    """Facts that say little are rated low, and may be left out."""
    zep = settled(origin)
    long = "Ann spoke so very many different words about quite another thing."
    zep.graph.add(user_id="ann", type="text", data=f"Ann sings.\n{long}")
    assert facts(zep, "Ann", min_fact_rating=0.5) == [long]


def test_cross_encoder_and_rrf_rank_alike(origin: str) -> None:
    """Both keep the order by words."""
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


def test_node_distance_ranks_near_nodes_first(origin: str) -> None:
    """Results with the fewest edges to the center come first; without a center, the order stays."""
    zep = chained(origin)
    nodes = {node.name: node.uuid_ for node in zep.graph.node.get_by_user_id("ann")}
    query = "Ann knows Bob"
    away = facts(zep, query, reranker="node_distance", center_node_uuid=nodes["Eve"])
    assert away == [f"{source} knows {target}." for source, target in reversed(CHAIN)]
    results = zep.graph.search(
        user_id="ann",
        query="Ann",
        scope="nodes",
        reranker="node_distance",
        center_node_uuid=nodes["Cat"],
        limit=3,
    )
    assert (results.nodes or [])[0].name == "Cat"
    assert {node.name for node in results.nodes or []} == {"Cat", "Bob", "Dan"}
    assert facts(zep, query, reranker="node_distance") == facts(zep, query)


def test_episode_mentions_ranks_often_mentioned_nodes_first(origin: str) -> None:
    """Nodes that most episodes mention come first."""
    zep = chained(origin)
    for data in ("Fay: I saw Rome.", "Fay: I left Rome.", "Gil: I saw Paris."):
        zep.graph.add(user_id="ann", type="message", data=data)
    results = zep.graph.search(
        user_id="ann", query="Paris", scope="nodes", reranker="episode_mentions", limit=3
    )
    assert {node.name for node in (results.nodes or [])[:2]} == {"Fay", "Rome"}
    assert (results.nodes or [])[2].name == "Paris"


def test_origins_limit_the_search(origin: str) -> None:
    """Results are within three edges of an origin."""
    zep = chained(origin)
    nodes = {node.name: node.uuid_ for node in zep.graph.node.get_by_user_id("ann")}
    near = zep.graph.search(
        user_id="ann", query="Ann", scope="nodes", bfs_origin_node_uuids=[nodes["Ann"]]
    )
    assert {node.name for node in near.nodes or []} == {"Ann", "Bob", "Cat", "Dan"}
    assert facts(zep, "Ann", bfs_origin_node_uuids=["none"]) == []


def test_edge_types_filter(origin: str) -> None:
    """Only edges of these names are found."""
    filters = SearchFilters(edge_types=["LIKES"])
    actual = facts(chained(origin), "Dan", search_filters=filters)
    assert sorted(actual) == ["Ann knows Bob.", "Cat knows Dan."]


def test_node_labels_filter(origin: str) -> None:
    """Nodes with one of the labels are found, and edges whose two nodes have one."""
    zep = chained(origin)
    users = SearchFilters(node_labels=["User"])
    results = zep.graph.search(user_id="ann", query="Bob", scope="nodes", search_filters=users)
    assert [node.name for node in results.nodes or []] == ["Ann"]
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
def test_dates_filter(origin: str, groups: list[list[tuple[str, str]]], years: list[int]) -> None:
    """An edge matches if all comparisons of one group hold."""
    dates = [
        [DateFilter(comparison_operator=operator, date=date) for operator, date in g]
        for g in groups
    ]
    results = chained(origin).graph.search(
        user_id="ann", query="knows", search_filters=SearchFilters(valid_at=dates)
    )
    assert sorted(int((edge.valid_at or "")[:4]) for edge in results.edges or []) == years


def test_missing_date_matches_no_filter(origin: str) -> None:
    """No comparison holds for edges without an expiry date."""
    zep = chained(origin)
    for operator in ("<", ">=", "<>"):
        dates = [[DateFilter(comparison_operator=operator, date="2024-01-01T00:00:00Z")]]
        assert facts(zep, "knows", search_filters=SearchFilters(expired_at=dates)) == []


def test_search_is_deterministic(origin: str) -> None:
    """The same search gives the same results, with each reranker."""
    zep = chained(origin)
    for reranker in ("rrf", "mmr", "node_distance", "episode_mentions", "cross_encoder"):
        once, twice = (
            zep.graph.search(user_id="ann", query="who", reranker=reranker) for _ in range(2)
        )
        assert once == twice
