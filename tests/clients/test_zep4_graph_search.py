"""Zep's own Python client, zep-cloud 4.0.1, against the running server: searches, contexts,
subgraphs, and what is derived from graphs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import model
from tests.clients.zep4 import NOBODY, refusal, values


@pytest.fixture
def graph(zep: Any) -> str:
    """Return the uuid of a graph with three edges: from Ann to Rome, to tea, and from Bo to tea."""
    uuid = str(zep.graph.create(name="Desk")["uuid"])
    facts = [
        ("Ann", "Rome", "LIVES_IN", "Ann lives in Rome."),
        ("Ann", "tea", "LIKES", "Ann likes green tea."),
        ("Bo", "tea", "LIKES", "Bo likes black tea."),
    ]
    edges = [
        model(
            "EdgeInput",
            fact=fact,
            fact_name=name,
            source_node=model("EdgeNodeRef", name=source),
            target_node=model("EdgeNodeRef", name=target),
            valid_at="2026-01-01T00:00:00Z",
        )
        for source, target, name, fact in facts
    ]
    zep.graph.edge.add(uuid, edges=edges)
    return uuid


def node_named(zep: Any, graph: str, name: str) -> str:
    """Return the uuid of a node."""
    return next(str(one["uuid"]) for one in zep.graph.node.list(graph) if one["name"] == name)


def test_edges_are_searched(zep: Any, graph: str) -> None:
    """The best come first, each with its score; filters, rerankers and origins have effect."""
    query = "Does Bo like black tea?"
    found = zep.graph.search_edges(graph, query=query, page_size=1)
    facts = values(found, "fact")
    assert (facts[0], len(facts)) == ("Bo likes black tea.", 3)
    scores = values(found, "score")
    assert scores == sorted(scores, reverse=True)
    assert values(found, "relevance") == [None] * 3
    crossed = zep.graph.search_edges(graph, query=query, reranker="cross_encoder")
    assert values(crossed, "relevance") == scores

    def facts_of(**given: Any) -> list[str]:
        return values(zep.graph.search_edges(graph, query=query, **given), "fact")

    rome = node_named(zep, graph, "Rome")
    near = facts_of(reranker="node_distance", center_node_uuid=rome)
    assert near == ["Ann lives in Rome.", "Ann likes green tea.", "Bo likes black tea."]
    assert sorted(facts_of(reranker="mmr", mmr_lambda=0.5)) == sorted(facts)
    assert facts_of(filters={"edge_types": ["LIVES_IN"]}) == ["Ann lives in Rome."]
    assert facts_of(filters={"target_node_uuids": [rome]}) == ["Ann lives in Rome."]
    lonely = zep.graph.node.add(graph, nodes=[model("NodeInput", name="Zoe")])["nodes"][0]["uuid"]
    assert facts_of(bfs_origin_node_uuids=[lonely]) == []
    long = f"Rome {'x ' * 200} black tea"  # what comes after 400 characters does not count
    assert zep.graph.search_edges(graph, query=long) == zep.graph.search_edges(
        graph, query=long[:400]
    )


def test_searches_are_refused(zep: Any, graph: str) -> None:
    """Filters that a search has not, and rerankers without what they need, are errors."""
    search, query = zep.graph.search_edges, "tea"
    for reranker in ("mmr", "node_distance"):
        refused = refusal(search, graph, query=query, reranker=reranker)
        assert refused == (400, "invalid_request", "body")
    refused = refusal(search, graph, query=query, filter_low_quality_results=True)
    assert refused == (400, "invalid_request", "body")
    assert refusal(search, graph, query=query, page_size=51) == (
        400,
        "invalid_request",
        "page_size",
    )
    assert refusal(search, graph, query=query, cursor="eA")[2] == "cursor"
    assert refusal(search, NOBODY, query=query) == (404, "not_found", None)
    unsupported = [
        (zep.graph.search_edges, "node_labels", ["Person"]),
        (zep.graph.search_nodes, "edge_types", ["LIKES"]),
        (zep.graph.search_nodes, "date_filters", {"any_of": []}),
        (zep.graph.search_episodes, "episode_uuids", [NOBODY]),
        (zep.graph.search_episodes, "content_policy_violated", True),
        (zep.graph.search_observations, "node_labels", ["Person"]),
        (zep.graph.search_thread_summaries, "property_filters", []),
    ]
    for call, name, value in unsupported:
        refused = refusal(call, graph, query=query, filters={name: value})
        assert refused == (400, "unsupported_filter", f"filters.{name}")


def test_low_quality_is_left_out(zep: Any, graph: str) -> None:
    """Beyond the best five, results with less than half of the best score can be left out."""
    others = [
        model(
            "EdgeInput",
            fact=f"Zzz {number} qqq.",
            fact_name="X",
            source_node=model("EdgeNodeRef", name="Ann"),
            target_node=model("EdgeNodeRef", name=f"n{number}"),
        )
        for number in range(6)
    ]
    zep.graph.edge.add(graph, edges=others)
    given = {"query": "Ann likes green tea.", "reranker": "cross_encoder"}
    assert len(zep.graph.search_edges(graph, **given)) == 9
    assert len(zep.graph.search_edges(graph, filter_low_quality_results=True, **given)) == 5


def test_other_scopes_are_searched(zep: Any, graph: str) -> None:
    """Nodes, episodes, observations and summaries of threads are found by their words."""
    assert values(zep.graph.search_nodes(graph, query="Rome"), "name")[0] == "Rome"
    label = {"node_labels": ["Robot"]}
    assert zep.graph.search_nodes(graph, query="Rome", filters=label) == []
    for text, channel in (("Cleo likes Oslo.", "phone"), ("Cleo moved to Oslo.", "form")):
        zep.graph.episode.add(graph, data=text, metadata={"channel": channel})
    found = zep.graph.search_episodes(graph, query="moved to Oslo")
    assert (found[0]["content"], len(found)) == ("Cleo moved to Oslo.", 2)
    phone = {"property_name": "channel", "operator": "in", "value": ["phone", "mail"]}
    filters = {"metadata_filters": {"type": "or", "filters": [phone]}}
    found = zep.graph.search_episodes(graph, query="moved to Oslo", filters=filters)
    assert values(found, "content") == ["Cleo likes Oslo."]
    found = zep.graph.search_observations(graph, query="Oslo")
    assert found[0]["summary"] == "Oslo is mentioned in 2 episodes."
    assert found[0]["score"] > 0
    assert zep.graph.search_thread_summaries(graph, query="Oslo") == []


def test_derived_records_are_listed(zep: Any) -> None:
    """Observations, and summaries of threads and documents, come from what episodes say."""
    user = zep.user.create(first_name="Ada")
    graph = user["graph_uuid"]
    for number, text in enumerate(
        ("I like Oslo.", "I moved to Oslo.", "I like Rome.", "Is Rome warm?")
    ):
        zep.graph.episode.add(graph, data=text, document_id="handbook" if number else None)
    observed = zep.graph.observation.list(graph, page_size=1)
    summaries = [
        f"{name} is mentioned in {count} episodes."
        for name, count in (("Ada", 4), ("Oslo", 2), ("Rome", 2))
    ]
    assert sorted(values(observed, "summary")) == summaries
    uuids = values(observed, "uuid")
    assert uuids == sorted(uuids, reverse=True)
    assert zep.graph.observation.get(graph, uuids[0]) == observed[0]
    assert len(next(one for one in observed if one["name"] == "Oslo")["episode_uuids"]) == 2
    assert refusal(zep.graph.observation.get, graph, NOBODY) == (404, "not_found", None)
    other = zep.graph.create()["uuid"]
    assert refusal(zep.graph.observation.get, other, uuids[0]) == (404, "not_found", None)
    [document] = zep.graph.document_summary.list(graph)
    assert (document["document_id"], "Oslo" in document["summary"]) == ("handbook", True)
    thread = zep.thread.create(user_uuid=user["uuid"])["uuid"]
    assert zep.graph.thread_summary.list(graph) == []
    said = model("AddMessage", role="user", content="Where is my parcel?", name="Ada")
    zep.thread.add_messages(thread, messages=[said])
    [summary] = zep.graph.thread_summary.list(graph)
    assert (summary["thread_uuid"], "parcel" in summary["summary"]) == (thread, True)
    assert zep.graph.search_thread_summaries(graph, query="parcel")[0]["uuid"] == summary["uuid"]


def test_derived_records_are_filtered(zep: Any, graph: str) -> None:
    """The only date of derived records is that of their creation; other filters are errors."""
    for text in ("Cleo likes Oslo.", "Cleo moved to Oslo."):
        zep.graph.episode.add(graph, data=text, document_id="handbook", metadata={"page": 7})

    def dates(field: str, operator: str) -> dict[str, Any]:
        date = {"field": field, "operator": operator, "value": "2020-01-01T00:00:00Z"}
        return {"date_filters": {"any_of": [{"all_of": [date]}]}}

    lists = [zep.graph.observation.list, zep.graph.document_summary.list]
    for listed in lists:
        assert listed(graph, filters=dates("created_at", "gt"))
        assert listed(graph, filters=dates("created_at", "lt")) == []
        assert refusal(listed, graph, filters=dates("valid_at", "gt"))[1] == "unsupported_filter"
        labels = {"node_labels": ["Entity"]}
        assert refusal(listed, graph, filters=labels)[1] == "unsupported_filter"
    page = {"property_name": "page", "operator": "eq", "value": 7}
    by_metadata = {"metadata_filters": {"type": "and", "filters": [page]}}
    assert len(zep.graph.document_summary.list(graph, filters=by_metadata)) == 1
    assert refusal(zep.graph.observation.list, graph, filters=by_metadata)[0] == 400


def test_contexts(zep: Any, graph: str) -> None:
    """A context has what fits the query, in as many characters as wanted."""
    query = "What tea does Bo like?"
    whole = zep.graph.get_context(graph, query=query, include_results=True)
    assert whole["truncated"] is False
    assert "Bo likes black tea. (2026-01-01T00:00:00Z - present)" in whole["context"]
    results = whole["results"]
    assert (results["edges"][0]["fact"], results["edges"][0]["selection_rank"]) == (
        "Bo likes black tea.",
        1,
    )
    assert (len(results["edges"]), results["episodes"]) == (3, [])
    ranks = [one["selection_rank"] for kind in ("edges", "nodes") for one in results[kind]]
    assert ranks == [1, 2, 3, 4, 5, 6, 7]
    part = zep.graph.get_context(graph, query=query, max_characters=80)
    assert (part["truncated"], part.get("results")) == (True, None)
    assert 0 < len(part["context"]) <= 80
    types = {"edge_types": ["LIVES_IN"]}
    lives = zep.graph.get_context(graph, query=query, filters=types, include_results=True)
    assert values(lives["results"]["edges"], "fact") == ["Ann lives in Rome."]
    strong = zep.graph.get_context(graph, query="Rome", recency_bias="strong", include_results=True)
    dates = values(strong["results"]["nodes"], "created_at")
    assert dates == sorted(dates, reverse=True)
    refused = refusal(zep.graph.get_context, graph, query=query, max_characters=50_001)
    assert refused == (400, "invalid_request", "max_characters")


def test_contexts_by_template(zep: Any, graph: str) -> None:
    """With a template, the text is that of the template, cut at a line."""
    made = zep.context.create_template(name="short", template="Known:\n%{edges limit=2}\nEnd")
    template = {"query": "black tea", "template_uuid": made["uuid"]}
    lines = zep.graph.get_context(graph, **template)["context"].splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("Known:", "End", 4)
    cut = zep.graph.get_context(graph, max_characters=20, **template)
    assert (cut["context"], cut["truncated"]) == ("Known:\n", True)
    refused = refusal(zep.graph.get_context, graph, recency_bias="mild", **template)
    assert refused == (400, "invalid_request", "recency_bias")
    unknown = refusal(zep.graph.get_context, graph, query="x", template_uuid=NOBODY)
    assert unknown == (404, "not_found", None)


def test_subgraphs(zep: Any, graph: str) -> None:
    """The surroundings of nodes, as far as depth, direction, filters and limits allow."""
    rome = node_named(zep, graph, "Rome")

    def names(**given: Any) -> list[str]:
        return values(
            zep.graph.get_subgraph(graph, seed_node_uuids=[rome], **given)["nodes"], "name"
        )

    assert names() == ["Rome", "Ann"]
    assert names(depth=2) == ["Rome", "Ann", "tea"]
    assert names(depth=3) == ["Rome", "Ann", "tea", "Bo"]
    assert names(direction="out") == ["Rome"]
    assert names(direction="in") == ["Rome", "Ann"]
    assert names(depth=3, filters={"edge_types": ["LIVES_IN"]}) == ["Rome", "Ann"]
    whole = zep.graph.get_subgraph(graph, seed_node_uuids=[rome], depth=3)
    assert (len(whole["edges"]), whole["truncated"], whole.get("truncation_reason")) == (
        3,
        False,
        None,
    )
    few = zep.graph.get_subgraph(graph, seed_node_uuids=[rome], depth=3, max_nodes=2)
    assert (len(few["nodes"]), few["truncated"], few["truncation_reason"]) == (2, True, "max_nodes")
    one = zep.graph.get_subgraph(graph, seed_node_uuids=[rome], depth=3, max_edges=1)
    assert (len(one["edges"]), one["truncation_reason"]) == (1, "max_edges")
    assert refusal(zep.graph.get_subgraph, graph, seed_node_uuids=[NOBODY]) == (
        404,
        "not_found",
        None,
    )
    assert refusal(zep.graph.get_subgraph, graph, seed_node_uuids=[rome], depth=4)[2] == "depth"
    assert (
        refusal(zep.graph.get_subgraph, graph, seed_node_uuids=[rome] * 21)[2] == "seed_node_uuids"
    )
