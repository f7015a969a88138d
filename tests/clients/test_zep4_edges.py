"""Zep's own Python client, zep-cloud 4.0.1, against the running server: edges."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk import model
from tests.clients.zep4 import NOBODY, edge, node, refusal, values


def test_edges_live(zep: Any, graph: str) -> None:
    """Edges are added as they are given, read, changed and deleted; their nodes stay."""
    dates = {"valid_at": "2026-01-01T00:00:00Z", "invalid_at": "2026-02-01T00:00:00Z"}
    given = edge(
        "Ann", "Bo", "Ann knows Bo.", attributes={"since": 2020}, metadata={"from": "form"}, **dates
    )
    added = zep.graph.edge.add(graph, edges=[given, edge("Ann", "Cleo", "Ann knows Cleo.")])
    assert (added["task"]["type"], added["task"]["status"]) == ("graph.edge.add", "succeeded")
    first, second = added["edges"]
    assert first["source_node_uuid"] == second["source_node_uuid"]
    assert (first["fact_name"], first["target_node"]["name"], first["metadata"]) == (
        "KNOWS",
        "Bo",
        {"from": "form"},
    )
    read = zep.graph.edge.get(graph, first["uuid"])
    assert {name: read[name] for name in dates} == dates
    assert (read["name"], read["source_node_name"], read["attributes"]) == (
        "KNOWS",
        "Ann",
        {"since": 2020},
    )
    [episode] = zep.graph.episode.list(graph)
    assert (episode["uuid"], episode["metadata"]) == (read["episode_uuids"][0], {"from": "form"})
    changed = zep.graph.edge.update(
        graph, first["uuid"], fact="Ann met Bo.", attributes={"since": None, "at": "work"}
    )
    assert (changed["fact"], changed["attributes"]) == ("Ann met Bo.", {"at": "work"})
    task = zep.graph.edge.delete(graph, first["uuid"])["task"]
    assert task["type"] == "graph.edge.delete"
    assert refusal(zep.graph.edge.get, graph, first["uuid"]) == (404, "not_found", None)
    assert sorted(values(zep.graph.node.list(graph), "name")) == ["Ann", "Bo", "Cleo"]


def test_edges_are_deduplicated_on_demand(zep: Any, graph: str) -> None:
    """Only with `deduplicate`, known nodes and edges are used; the task tells the ends."""
    made = zep.graph.edge.add(graph, edges=[edge("Ann", "Bo", "Ann knows Bo.")])["edges"][0]
    same = zep.graph.edge.add(graph, edges=[edge("ann", "Bo", "ann knows bo.")], deduplicate=True)
    assert "source_node_uuid" not in {k for k, v in same["edges"][0].items() if v is not None}
    [written] = zep.task.get(same["task"]["uuid"])["result"]["edges"]
    assert (written["edge_uuid"], written["source_node_uuid"]) == (
        made["uuid"],
        made["source_node_uuid"],
    )
    assert len(zep.graph.edge.list(graph)) == 1
    zep.graph.edge.add(graph, edges=[edge("Ann", "Bo", "Ann knows Bo.")])
    assert len(zep.graph.edge.list(graph)) == 2
    assert len(zep.graph.node.list(graph)) == 4


def test_edges_are_refused(zep: Any, graph: str) -> None:
    """Nodes without a name, nodes that the graph has not, and too many edges are errors."""
    add, good = zep.graph.edge.add, edge("Ann", "Bo", "Ann knows Bo.")
    assert refusal(add, graph, edges=[good] * 101) == (400, "invalid_request", "edges")
    assert refusal(add, graph, edges=[good, edge(NOBODY, "Bo", "x")]) == (404, "not_found", None)
    nameless = model(
        "EdgeInput",
        fact="x",
        fact_name="X",
        source_node=model("EdgeNodeRef"),
        target_node=node("Bo"),
    )
    assert refusal(add, graph, edges=[good, nameless]) == (
        400,
        "invalid_request",
        "edges.1.source_node",
    )
    assert refusal(add, graph, edges=[edge("Ann", "Bo", "x" * 251)])[2] == "edges.0.fact"
    assert zep.graph.edge.list(graph) == []
    uuid = add(graph, edges=[good])["edges"][0]["uuid"]
    other = zep.graph.create()["uuid"]
    for call in (zep.graph.edge.get, zep.graph.edge.update, zep.graph.edge.delete):
        assert refusal(call, other, uuid) == (404, "not_found", None)


def test_edges_are_listed(zep: Any, graph: str) -> None:
    """The pager returns all, by uuid downwards; other orders and filters hold on each page."""
    dates = ["2026-03-01T00:00:00Z", None, "2026-03-01T00:00:00+02:00"]
    edges = [
        edge("Ann", name, f"Ann knows {name}.", valid_at=date)
        for name, date in zip("ABC", dates, strict=True)
    ]
    added = zep.graph.edge.add(graph, edges=edges)["edges"]
    assert values(zep.graph.edge.list(graph, page_size=1), "uuid") == sorted(
        values(added, "uuid"), reverse=True
    )
    by_date = zep.graph.edge.list(graph, page_size=2, order_by="valid_at", order="asc")
    assert values(by_date, "target_node_name") == ["B", "C", "A"]

    def found(**filters: Any) -> list[str]:
        return sorted(values(zep.graph.edge.list(graph, filters=filters), "target_node_name"))

    before = {"field": "valid_at", "operator": "lt", "value": "2026-03-01T00:00:00Z"}
    missing = {"field": "valid_at", "operator": "is_null"}
    assert found(date_filters={"any_of": [{"all_of": [before]}, {"all_of": [missing]}]}) == [
        "B",
        "C",
    ]
    assert found(date_filters={"any_of": [{"all_of": [before, missing]}]}) == []
    assert found(target_node_uuids=[added[0]["target_node_uuid"]]) == ["A"]
    assert found(source_node_uuids=[added[0]["target_node_uuid"]]) == []
    assert found(connected_node_uuids=[added[0]["source_node_uuid"]]) == ["A", "B", "C"]
    assert found(edge_uuids=values(added[:2], "uuid")) == ["A", "B"]
    assert found(exclude_edge_types=["KNOWS"]) == []
    refused = refusal(zep.graph.edge.list, graph, filters={"content_policy_violated": False})
    assert refused == (400, "unsupported_filter", "filters.content_policy_violated")
    assert refusal(zep.graph.edge.list, graph, filters={"colour": "red"})[1] == "unsupported_filter"
