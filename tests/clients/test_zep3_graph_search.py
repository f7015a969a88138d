"""Zep's own Python client, zep-cloud 3.30.0, against the running server: searches of graphs, and
ways through them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import Sdk, SdkError, model
from tests.clients.zep_python import KEY


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client; there is a graph with three facts, from three episodes."""
    client = sdk3.at(f"{origin}/api/v2", KEY)
    client.graph.create(graph_id="desk", name="Desk")
    for number, line in enumerate(
        ("We drink Tea hot.", "We drink Tea green.", "We keep Ice cold.")
    ):
        client.graph.add(graph_id="desk", type="text", data=line, metadata={"n": number})
    return client


def refusal(call: Any, **named: Any) -> int | None:
    """Return the status of the error that a call ends with."""
    with pytest.raises(SdkError) as caught:
        call(**named)
    return caught.value.status


def test_scopes(zep: Any) -> None:
    """Each finds its own kind of things, with scores; only a cross-encoder tells relevance."""

    def search(scope: str) -> Any:
        return zep.graph.search(graph_id="desk", query="green tea", scope=scope)

    assert [edge["fact"] for edge in search("edges")["edges"]][:2] == [
        "We drink Tea green.",
        "We drink Tea hot.",
    ]
    assert search("nodes")["nodes"][0]["name"] == "Tea"
    assert search("episodes")["episodes"][0]["metadata"] == {"n": 1}
    assert search("observations")["observations"][0]["name"] == "Tea"
    assert search("thread_summaries")["thread_summaries"] == []
    assert search("edges")["response"] == {"server_latency_ms": 0}
    zep.user.add(user_id="ada")
    zep.thread.create(thread_id="t", user_id="ada")
    zep.thread.add_messages("t", messages=[model("Message", role="user", content="I like tea.")])
    found = zep.graph.search(user_id="ada", query="tea", scope="thread_summaries")
    assert [one["name"] for one in found["thread_summaries"]] == ["t"]
    exact = zep.graph.search(graph_id="desk", query="tea", reranker="cross_encoder", limit=1)
    [edge] = exact["edges"]
    assert edge["relevance"] == edge["score"] > 0
    assert "relevance" not in search("edges")["edges"][0]


def test_filters(zep: Any) -> None:
    """Edges, nodes and observations are found by the metadata of their episodes, too."""

    def facts(**filters: Any) -> set[str]:
        wanted = model("SearchFilters", **filters)
        found = zep.graph.search(graph_id="desk", query="we", search_filters=wanted)
        return {edge["fact"] for edge in found["edges"]}

    last = model(
        "EpisodeMetadataFilter", property_name="n", comparison_operator=">", property_value=1
    )
    of_last = model("MetadataFilterGroup", type="and", filters=[last])
    assert facts(episode_metadata_filters=of_last) == {"We keep Ice cold."}
    wanted = model("SearchFilters", episode_metadata_filters=of_last)
    nodes = zep.graph.search(graph_id="desk", query="we", scope="nodes", search_filters=wanted)
    assert {node["name"] for node in nodes["nodes"]} == {"Desk", "Ice"}
    [tea] = zep.graph.search(graph_id="desk", query="Tea", scope="nodes", limit=1)["nodes"]
    assert facts(connected_node_uuids=[tea["uuid"]]) == {"We drink Tea hot.", "We drink Tea green."}
    assert facts(node_labels=["Shop"]) == set()
    assert facts(exclude_node_labels=["Entity"]) == set()
    missing = model("DateFilter", comparison_operator="IS NOT NULL")
    assert facts(expired_at=[[missing]]) == set()
    of_edges = model("SearchFilters", target_node_uuids=[tea["uuid"]])
    search = zep.graph.search
    asked = {"graph_id": "desk", "query": "we", "search_filters": of_edges}
    assert refusal(search, **asked, scope="nodes") == 400
    no_date = model("SearchFilters", created_at=[[model("DateFilter", comparison_operator="=")]])
    assert refusal(search, graph_id="desk", query="we", search_filters=no_date) == 400
    assert refusal(search, graph_id="none", query="we") == 404
    assert refusal(search, graph_id="desk", user_id="ada", query="we") == 400
    assert refusal(search, graph_id="desk", query="we", limit=51) == 400


def test_long_query_is_cut(zep: Any) -> None:
    """Only its first 400 characters count."""
    query = "green " * 80
    first = zep.graph.search(graph_id="desk", query=query[:400])
    assert zep.graph.search(graph_id="desk", query=query + "cold ice") == first


def test_auto(zep: Any) -> None:
    """The best of all scopes is a text of bounded length, and raw results are ranked over all."""
    found = zep.graph.search(graph_id="desk", query="green tea", scope="auto")
    assert "We drink Tea green." in found["context"]
    assert "Tea is mentioned in 2 episodes." in found["context"]
    assert set(found) == {"context", "response"}
    short = zep.graph.search(graph_id="desk", query="green tea", scope="auto", max_characters=90)
    assert 0 < len(short["context"]) <= 90
    raw = zep.graph.search(
        graph_id="desk", query="green tea", scope="auto", return_raw_results=True
    )
    assert raw["context"] == found["context"]
    ranks = [
        one["selection_rank"] for scope in ("edges", "nodes", "observations") for one in raw[scope]
    ]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
    auto = {"graph_id": "desk", "query": "tea", "scope": "auto"}
    assert refusal(zep.graph.search, **auto, reranker="node_distance") == 400
    assert refusal(zep.graph.search, **auto, max_characters=50_001) == 400


def test_subgraph(zep: Any) -> None:
    """Nodes around the seeds, nearest first, with the edges between them, up to bounds."""
    [tea] = zep.graph.search(graph_id="desk", query="Tea", scope="nodes", limit=1)["nodes"]

    def around(**more: Any) -> tuple[list[str], int, str | None]:
        found = zep.graph.get_subgraph(graph_id="desk", seed_node_uuids=[tea["uuid"]], **more)
        assert found["truncated"] is (found["truncation_reason"] is not None)
        names = [node["name"] for node in found["nodes"]]
        return names, len(found["edges"]), found["truncation_reason"]

    assert around() == (["Tea", "Desk"], 2, None)
    assert around(depth=2) == (["Tea", "Desk", "Ice"], 3, None)
    assert around(direction="out") == (["Tea"], 0, None)
    assert around(depth=2, max_nodes=2) == (["Tea", "Desk"], 2, "max_nodes")
    assert around(max_edges=1) == (["Tea", "Desk"], 1, "max_edges")
    unknown = zep.graph.get_subgraph(
        graph_id="desk", seed_node_uuids=["0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90"]
    )
    assert (unknown["nodes"], unknown["edges"]) == ([], [])
    subgraph = zep.graph.get_subgraph
    assert refusal(subgraph, graph_id="desk", seed_node_uuids=[]) == 400
    assert refusal(subgraph, graph_id="desk", seed_node_uuids=[tea["uuid"]], depth=4) == 400
    assert refusal(subgraph, graph_id="none", seed_node_uuids=[tea["uuid"]]) == 404
    some = model("SearchFilters", episode_metadata_filters=model("MetadataFilterGroup", type="or"))
    seeds = {"graph_id": "desk", "seed_node_uuids": [tea["uuid"]]}
    assert refusal(subgraph, **seeds, search_filters=some) == 400


def test_patterns(zep: Any) -> None:
    """What recurs is found by its kind, around seeds, or about a query."""
    found = zep.graph.detect_patterns(graph_id="desk")
    kinds = {pattern["type"]: pattern for pattern in found["patterns"]}
    assert kinds["relationship"]["description"] == "Entity -[TELLS_OF]-> Entity"
    assert (kinds["relationship"]["occurrences"], kinds["relationship"]["weighted_score"]) == (3, 3)
    assert (found["metadata"]["edges_analyzed"], found["metadata"]["nodes_analyzed"]) == (3, 3)
    hubs = zep.graph.detect_patterns(
        graph_id="desk",
        detect=model("DetectConfig", hubs=model("HubDetectConfig", min_degree=3)),
        min_occurrences=1,
    )
    assert [(one["type"], one["occurrences"]) for one in hubs["patterns"]] == [("hub", 1)]
    [tea] = zep.graph.search(graph_id="desk", query="Tea", scope="nodes", limit=1)["nodes"]
    seeds = model("PatternSeeds", node_uuids=[tea["uuid"]])
    around = zep.graph.detect_patterns(graph_id="desk", seeds=seeds)
    assert around["metadata"]["edges_analyzed"] == 2
    about = zep.graph.detect_patterns(graph_id="desk", query="green tea", query_limit=1)
    [pattern] = about["patterns"]
    assert pattern["summary"] == "We drink Tea green.\nWe drink Tea hot."
    assert [node["name"] for node in about["nodes"]] == ["Tea"]
    both = {"graph_id": "desk", "query": "tea", "seeds": seeds}
    assert refusal(zep.graph.detect_patterns, **both) == 400
    assert refusal(zep.graph.detect_patterns, graph_id="none") == 404
