"""Zep's own Python client, zep-cloud 4.0.1, against the running server: episodes, nodes, edges and
hyperedges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.sdk import Sdk, model
from tests.clients.zep4 import NOBODY, refusal, values
from understudy.client import ControlClient


@pytest.fixture(scope="module")
def sdk() -> Iterator[Sdk]:
    """Start the client's process."""
    with Sdk("zep-cloud-4.0.1") as started:
        yield started


@pytest.fixture
def zep(sdk: Sdk, origin: str) -> Any:
    """Return a client."""
    return sdk.at(f"{origin}/api/v4")


@pytest.fixture
def graph(zep: Any) -> str:
    """Return the uuid of a new graph."""
    return str(zep.graph.create(name="Desk")["uuid"])


def edge(source: str, target: str, fact: str, **more: Any) -> dict[str, Any]:
    """Return an edge between two nodes of these names, or uuids."""
    ends = {"source_node": node(source), "target_node": node(target)}
    return model("EdgeInput", fact=fact, fact_name="KNOWS", **ends, **more)


def node(name: str) -> dict[str, Any]:
    """Return a reference to a node by its name or uuid."""
    return model("EdgeNodeRef", **{"uuid_" if len(name) == len(NOBODY) else "name": name})


def test_episodes_live(zep: Any, graph: str) -> None:
    """An episode is added with all fields, read, changed and deleted with what it has told."""
    given = {
        "source_description": "form",
        "document_id": "handbook",
        "metadata": {"channel": "phone", "tags": ["a", 2], "urgent": True},
        "reference_time": "2026-01-01T12:00:00Z",
    }
    added = zep.graph.episode.add(graph, data="Ann moved to Lisbon.", **given)
    episode = added["episode"]
    assert (added["task"]["type"], added["task"]["status"]) == ("graph.add", "succeeded")
    assert {name: episode[name] for name in given} == given
    assert (episode["source"], episode["processed"], episode["graph_uuid"]) == ("text", True, graph)
    assert zep.graph.episode.get(graph, episode["uuid"]) == episode
    assert zep.graph.episode.list_for_document(graph, "handbook") == [episode]
    changed = zep.graph.episode.update(graph, episode["uuid"], metadata={"urgent": None, "to": "x"})
    assert changed["metadata"] == {"channel": "phone", "tags": ["a", 2], "to": "x"}
    [learned] = zep.graph.edge.list(graph)
    assert (learned["fact"], learned["episode_uuids"]) == (
        "Ann moved to Lisbon.",
        [episode["uuid"]],
    )
    assert learned["valid_at"] == given["reference_time"]
    task = zep.graph.episode.delete(graph, episode["uuid"])["task"]
    assert (task["type"], task["status"]) == ("graph.episode.delete", "succeeded")
    assert refusal(zep.graph.episode.get, graph, episode["uuid"]) == (404, "not_found", None)
    assert (zep.graph.edge.list(graph), zep.graph.node.list(graph)) == ([], [])


def test_episodes_are_refused(zep: Any, graph: str) -> None:
    """Too much data, too many keys, and values in values are errors; nothing is added."""
    add = zep.graph.episode.add
    assert refusal(add, graph, data="x" * 10_001) == (400, "invalid_request", "data")
    many = {f"key{number}": number for number in range(11)}
    assert refusal(add, graph, data="x", metadata=many) == (400, "invalid_request", "metadata")
    deep = {"a": {"b": 1}}
    assert refusal(add, graph, data="x", metadata=deep) == (400, "invalid_request", "metadata.a")
    assert refusal(add, NOBODY, data="x") == (404, "not_found", None)
    assert zep.graph.episode.list(graph) == []
    added = add(graph, data="x", metadata={f"key{number}": 1 for number in range(10)})["episode"]
    update = zep.graph.episode.update
    assert refusal(update, graph, added["uuid"], metadata={"more": 1})[2] == "metadata"
    replaced = update(graph, added["uuid"], metadata={"more": 1, "key0": None})
    assert len(replaced["metadata"]) == 10
    other = zep.graph.create()["uuid"]
    for call in (zep.graph.episode.get, zep.graph.episode.delete, update):
        assert refusal(call, other, added["uuid"]) == (404, "not_found", None)


def test_episodes_are_listed(zep: Any) -> None:
    """The pager returns all, newest first, messages too; filters are by mention and metadata."""
    user = zep.user.create(first_name="Ada")
    graph = user["graph_uuid"]
    thread = zep.thread.create(user_uuid=user["uuid"])["uuid"]
    said = model("AddMessage", role="user", content="I like Porto.", name="Ada")
    zep.thread.add_messages(thread, messages=[said])
    for number, text in enumerate(["Ada likes Lisbon.", "Ada likes Rome.", "Bo likes Rome."]):
        zep.graph.episode.add(graph, data=text, metadata={"number": number, "kind": "note"})
    found = zep.graph.episode.list(graph, page_size=1)
    texts = ["Bo likes Rome.", "Ada likes Rome.", "Ada likes Lisbon.", "I like Porto."]
    assert values(found, "content") == texts
    assert (found[3]["role"], found[3]["role_name"], found[3]["thread_uuid"]) == (
        "user",
        "Ada",
        thread,
    )
    oldest_first = zep.graph.episode.list(graph, page_size=3, order_by="created_at", order="asc")
    assert values(oldest_first, "content") == texts[::-1]
    rome = next(one for one in zep.graph.node.list(graph) if one["name"] == "Rome")
    named = {"mentioned_node_uuids": [rome["uuid"], found[3]["uuid"]]}
    listed = zep.graph.episode.list(graph, filters=named)
    assert values(listed, "content") == ["Bo likes Rome.", "Ada likes Rome.", "I like Porto."]
    comparisons = [
        {"property_name": "number", "operator": "gte", "value": 1},
        {"property_name": "kind", "operator": "contains", "value": "ot"},
    ]
    by_metadata = {"metadata_filters": {"type": "and", "filters": comparisons}}
    assert values(zep.graph.episode.list(graph, filters=by_metadata), "content") == texts[:2]
    violated = {"content_policy_violated": True}
    refused = refusal(zep.graph.episode.list, graph, filters=violated)
    assert refused == (400, "unsupported_filter", "filters.content_policy_violated")


def test_ingestion_is_told(zep: Any, graph: str) -> None:
    """While debug logging is enabled, new episodes have a debug log and ingestion traces."""
    before = zep.graph.episode.add(graph, data="Ann likes Rome.")["episode"]["uuid"]
    zep.debug_log.enable()
    after = zep.graph.episode.add(graph, data="Ann likes Lisbon.")["episode"]["uuid"]
    assert refusal(zep.graph.episode.get_debug_logs, graph, before) == (404, "not_found", None)
    assert zep.graph.episode.list_ingestion_traces(graph, before) == []
    log = zep.graph.episode.get_debug_logs(graph, after)
    assert log["status"] == "completed"
    assert [entry["message"] for entry in log["entries"]] == [
        "Received 17 characters of text.",
        "Learned TELLS_OF: Ann likes Lisbon.",
        "Edges learned: 1.",
    ]
    traces = zep.graph.episode.list_ingestion_traces(graph, after, page_size=1)
    steps = ["combined_extraction", "resolve_nodes", "resolve_edges"]
    assert values(traces, "step") == steps
    assert values(traces[0]["output"]["extracted_edges"], "fact") == ["Ann likes Lisbon."]
    assert values(traces[1]["output"]["nodes"], "name") == ["Desk", "Lisbon"]


def test_failed_ingestion_is_told(zep: Any, graph: str, origin: str) -> None:
    """An episode whose ingestion fails stays unprocessed, and its log has the error."""
    url, _, namespace = origin.rpartition("/_ns/")
    zep.debug_log.enable()
    with ControlClient(url, namespace) as control:
        failing = {"mode": "failing", "message": "The model is away."}
        control.settings(apis={"zep": {"ingestion": failing}})
    added = zep.graph.episode.add(graph, data="Ann likes Lisbon.")
    assert (added["task"]["status"], added["episode"]["processed"]) == ("failed", False)
    log = zep.graph.episode.get_debug_logs(graph, added["episode"]["uuid"])
    assert (log["status"], log["error"]) == ("error", "The model is away.")
    assert zep.graph.episode.list_ingestion_traces(graph, added["episode"]["uuid"]) == []
    assert zep.graph.edge.list(graph) == []


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


def member(source: str, target: str, name: str = "FOUNDED") -> dict[str, Any]:
    """Return a member of a hyperedge."""
    return model("HyperedgeInput", name=name, source_node=node(source), target_node=node(target))


def test_hyperedges_live(zep: Any, graph: str) -> None:
    """The members of a hyperedge share words and dates; without members, it is gone."""
    given = {
        "fact": "They founded Acme.",
        "valid_at": "2026-01-01T00:00:00Z",
        "metadata": {"from": "form"},
    }
    edges = [member("Ann", "Acme"), member("Bo", "Acme", "PAID_FOR")]
    added = zep.graph.hyperedge.add(graph, edges=edges, attributes={"year": 2026}, **given)
    assert (added["task"]["type"], added["task"]["status"]) == ("graph.hyperedge.add", "succeeded")
    uuid, first = added["hyperedge"]["uuid"], added["hyperedge"]["edges"][0]["uuid"]
    read = zep.graph.hyperedge.get(graph, uuid)
    assert (read["fact"], read["valid_at"]) == (given["fact"], given["valid_at"])
    assert values(read["edges"], "uuid") == sorted(values(added["hyperedge"]["edges"], "uuid"))
    edge_ = zep.graph.edge.get(graph, first)
    assert (edge_["hyperedge_uuid"], edge_["fact"], edge_["attributes"]) == (
        uuid,
        given["fact"],
        {"year": 2026},
    )
    [episode] = zep.graph.episode.list(graph)
    assert (episode["metadata"], edge_["episode_uuids"]) == (given["metadata"], [episode["uuid"]])
    zep.graph.edge.update(graph, first, fact="They own Acme.", attributes={"year": None})
    assert zep.graph.hyperedge.get(graph, uuid)["fact"] == "They own Acme."
    assert {one["fact"] for one in zep.graph.edge.list(graph)} == {"They own Acme."}
    assert sorted(map(len, values(zep.graph.edge.list(graph), "attributes"))) == [0, 1]
    assert (
        zep.graph.hyperedge.update(graph, uuid, fact="Acme is theirs.")["fact"] == "Acme is theirs."
    )
    more = zep.graph.hyperedge.create_edge(
        graph, uuid, name="FOUNDED", source_node=node("Cleo"), target_node=node("Acme")
    )
    assert more["edge"]["fact"] == "Acme is theirs."
    joined = zep.graph.edge.get(graph, more["edge"]["uuid"])
    assert (joined["valid_at"], joined["episode_uuids"]) == (given["valid_at"], [episode["uuid"]])
    zep.graph.hyperedge.delete_edge(graph, uuid, first)
    assert len(zep.graph.hyperedge.get(graph, uuid)["edges"]) == 2
    assert refusal(zep.graph.hyperedge.delete_edge, graph, uuid, first) == (404, "not_found", None)
    zep.graph.hyperedge.delete(graph, uuid)
    assert refusal(zep.graph.hyperedge.get, graph, uuid) == (404, "not_found", None)
    assert zep.graph.edge.list(graph) == []


def test_hyperedges_are_refused(zep: Any, graph: str) -> None:
    """A hyperedge has three nodes at least, and is in one graph."""
    add = zep.graph.hyperedge.add
    pair = [member("Ann", "Bo"), member("Bo", "ann")]
    assert refusal(add, graph, fact="x", edges=pair) == (400, "invalid_request", "edges")
    assert refusal(add, graph, fact="x", edges=pair[:1])[1] == "invalid_request"
    assert refusal(add, graph, fact="x", edges=[member("Ann", NOBODY), *pair]) == (
        404,
        "not_found",
        None,
    )
    uuid = add(graph, fact="x", edges=[*pair, member("Bo", "Cleo")])["hyperedge"]["uuid"]
    other = zep.graph.create()["uuid"]
    for call in (zep.graph.hyperedge.get, zep.graph.hyperedge.update, zep.graph.hyperedge.delete):
        assert refusal(call, other, uuid) == (404, "not_found", None)


def test_hyperedges_are_listed(zep: Any, graph: str) -> None:
    """The pager returns all; each filter must hold for a member."""
    made = []
    for name in ("Acme", "Bell"):
        added = zep.graph.hyperedge.add(
            graph,
            fact=f"They founded {name}.",
            edges=[member("Ann", name), member("Bo", name)],
            metadata={"a": 1},
        )
        made.append(zep.graph.hyperedge.get(graph, added["hyperedge"]["uuid"]))
    listed = zep.graph.hyperedge.list(graph, page_size=1, order_by="created_at", order="asc")
    assert listed == made
    by_uuid = values(zep.graph.hyperedge.list(graph), "uuid")
    assert by_uuid == sorted(by_uuid, reverse=True)

    def found(**filters: Any) -> list[str]:
        return values(zep.graph.hyperedge.list(graph, filters=filters), "fact")

    acme, bell = (one["edges"][0] for one in made)
    assert found(node_uuids=[acme["target_node_uuid"]]) == ["They founded Acme."]
    assert found(edge_uuids=[bell["uuid"], NOBODY]) == ["They founded Bell."]
    assert found(node_uuids=[acme["target_node_uuid"]], edge_uuids=[bell["uuid"]]) == []
    episode = zep.graph.edge.get(graph, bell["uuid"])["episode_uuids"]
    assert found(episode_uuids=episode) == ["They founded Bell."]
