"""Zep's own Python client, zep-cloud 4.0.1, against the running server: nodes."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk import model
from tests.clients.zep4 import NOBODY, edge, refusal, values


def test_nodes_live(zep: Any, graph: str) -> None:
    """Nodes are added as they are given, read, changed and deleted with their edges."""
    ann = model(
        "NodeInput", name="Ann", label="Person", summary="A friend.", attributes={"age": 30}
    )
    added = zep.graph.node.add(graph, nodes=[ann, model("NodeInput", name="Bo")])
    assert (added["task"]["type"], added["task"]["status"]) == ("graph.add_nodes", "succeeded")
    assert (values(added["nodes"], "name"), values(added["nodes"], "label")) == (
        ["Ann", "Bo"],
        ["Person", None],
    )
    uuid = added["nodes"][0]["uuid"]
    read = zep.graph.node.get(graph, uuid)
    assert (read["labels"], read["summary"], read["attributes"]) == (
        ["Entity", "Person"],
        "A friend.",
        {"age": 30},
    )
    assert (read["episode_uuids"], read["episode_uuids_truncated"]) == ([], False)
    again = zep.graph.node.add(
        graph, nodes=[model("NodeInput", name="ANN", attributes={"sick": True})]
    )
    assert again["nodes"][0]["uuid"] == uuid
    changed = zep.graph.node.update(
        graph, uuid, name="Anne", attributes={"age": None, "city": "Rome"}
    )
    assert (changed["name"], changed["summary"]) == ("Anne", "A friend.")
    assert changed["attributes"] == {"sick": True, "city": "Rome"}
    zep.graph.edge.add(graph, edges=[edge(uuid, "Cleo", "Anne knows Cleo.")])
    [known] = zep.graph.edge.list(graph)
    assert known["source_node_name"] == "Anne"
    zep.graph.node.delete(graph, uuid)
    assert refusal(zep.graph.node.get, graph, uuid) == (404, "not_found", None)
    assert zep.graph.edge.list(graph) == []
    assert sorted(values(zep.graph.node.list(graph), "name")) == ["Bo", "Cleo"]


def test_nodes_are_refused(zep: Any, graph: str) -> None:
    """Too many nodes, names that are too long and foreign nodes are errors."""
    add, bo = zep.graph.node.add, model("NodeInput", name="Bo")
    assert refusal(add, graph, nodes=[]) == (400, "invalid_request", "nodes")
    assert refusal(add, graph, nodes=[bo] * 101) == (400, "invalid_request", "nodes")
    assert refusal(add, graph, nodes=[model("NodeInput", name="B" * 51)])[2] == "nodes.0.name"
    uuid = add(graph, nodes=[bo])["nodes"][0]["uuid"]
    other = zep.graph.create()["uuid"]
    for call in (
        zep.graph.node.get,
        zep.graph.node.update,
        zep.graph.node.delete,
        zep.graph.node.list_neighbors,
    ):
        assert refusal(call, other, uuid) == (404, "not_found", None)
    user = zep.user.create(first_name="Ada")
    of_user = zep.user.get_node(user["uuid"])["uuid"]
    assert refusal(zep.graph.node.delete, user["uuid"], of_user) == (409, "conflict", None)


def test_nodes_are_listed(zep: Any, graph: str) -> None:
    """The pager returns all, by uuid downwards; other orders and filters hold on each page."""
    nodes = [
        model("NodeInput", name="Ann", label="Person", attributes={"age": 30}),
        model("NodeInput", name="Rome", label="City"),
        model("NodeInput", name="Bo", label="Person"),
    ]
    zep.graph.node.add(graph, nodes=nodes)
    by_name = {one["name"]: one["uuid"] for one in zep.graph.node.list(graph)}
    listed = values(zep.graph.node.list(graph, page_size=1), "uuid")
    assert listed == sorted(by_name.values(), reverse=True)
    zep.graph.edge.add(
        graph,
        edges=[
            edge(by_name["Ann"], by_name["Rome"], "Ann lives there."),
            edge(by_name["Bo"], by_name["Rome"], "Bo does, too."),
        ],
    )
    by_degree = zep.graph.node.list(graph, page_size=2, order_by="degree")
    assert (by_degree[0]["name"], values(by_degree, "degree")) == ("Rome", [2, 1, 1])
    assert values(zep.graph.node.list(graph), "degree") == [None] * 3

    def names(**filters: Any) -> list[str]:
        return sorted(values(zep.graph.node.list(graph, filters=filters), "name"))

    assert names(node_labels=["City", "Country"]) == ["Rome"]
    assert names(exclude_node_labels=["City"]) == ["Ann", "Bo"]
    assert names(property_filters=[{"property_name": "age", "operator": "lt", "value": 31}]) == [
        "Ann"
    ]
    assert names(property_filters=[{"property_name": "age", "operator": "is_null"}]) == [
        "Bo",
        "Rome",
    ]
    [first] = [one for one in zep.graph.edge.list(graph) if one["fact"] == "Ann lives there."]
    assert names(edge_uuids=[first["uuid"]]) == ["Ann", "Rome"]
    for name in ("connected_node_uuids", "source_node_uuids"):
        refused = refusal(zep.graph.node.list, graph, filters={name: [NOBODY]})
        assert refused == (400, "unsupported_filter", f"filters.{name}")
    wrong = {"property_filters": [{"property_name": "age", "operator": "in", "value": 30}]}
    assert refusal(zep.graph.node.list, graph, filters=wrong)[2] == "filters.property_filters.0"


def test_neighbours_are_listed(zep: Any, graph: str) -> None:
    """The nodes at the other ends of a node's edges, each with these edges, by direction."""
    edges = [
        edge("Ann", "Bo", "Ann knows Bo."),
        edge("Bo", "Ann", "Bo knows Ann."),
        edge("Cleo", "Ann", "Cleo knows Ann."),
    ]
    zep.graph.edge.add(graph, edges=edges)
    ann = next(one for one in zep.graph.node.list(graph) if one["name"] == "Ann")["uuid"]

    def found(**given: Any) -> dict[str, list[str]]:
        neighbours = zep.graph.node.list_neighbors(graph, ann, page_size=1, **given)
        return {one["node"]["name"]: sorted(values(one["edges"], "fact")) for one in neighbours}

    assert found() == {"Bo": ["Ann knows Bo.", "Bo knows Ann."], "Cleo": ["Cleo knows Ann."]}
    assert found(direction="out") == {"Bo": ["Ann knows Bo."]}
    assert found(direction="in") == {"Bo": ["Bo knows Ann."], "Cleo": ["Cleo knows Ann."]}
    assert found(filters={"edge_types": ["HATES"]}) == {}
    assert found(filters={"node_labels": ["Robot"]}) == {}
    refused = refusal(
        zep.graph.node.list_neighbors, graph, ann, filters={"content_policy_violated": True}
    )
    assert refused[1] == "unsupported_filter"
