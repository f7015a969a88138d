"""Zep's own Python client, zep-cloud 3.30.0, against the running server: graphs, what is added to
them, their types and their copies."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk, model
from tests.clients.zep3 import refusal
from tests.clients.zep_python import KEY, connect
from understudy.client import ControlClient


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client."""
    return sdk3.at(f"{origin}/api/v2", KEY)


def facts(edges: list[dict[str, Any]]) -> list[str]:
    """Return the facts of edges, in their order."""
    return [edge["fact"] for edge in edges]


def ids(page: dict[str, Any]) -> list[str]:
    """Return the ids of the graphs on a page, in their order."""
    return [graph["graph_id"] for graph in page["graphs"]]


def names(types: dict[str, Any]) -> list[str]:
    """Return the names of types of entities, in their order."""
    return [kind["name"] for kind in types["entity_types"]]


def test_graphs_live(zep: Any, origin: str) -> None:
    """A graph is created, read, changed, warmed and deleted; clients of v2 see it as a group."""
    graph = zep.graph.create(graph_id="desk", name="Support desk", time_zone="Europe/Stockholm")
    assert (graph["graph_id"], graph["time_zone"]) == ("desk", "Europe/Stockholm")
    assert graph["canonical_graph_uuid"] == graph["uuid"]
    assert zep.graph.get("desk") == graph
    older = connect(origin, KEY)
    assert older.group.get_group("desk").uuid_ == graph["uuid"]
    older.group.add(group_id="team", name="Team", description="Who works here.")
    assert zep.graph.get("team")["description"] == "Who works here."
    changed = zep.graph.update("desk", description="All answers.")
    assert (changed["name"], changed["description"]) == ("Support desk", "All answers.")
    assert zep.graph.update("desk") == changed
    assert zep.graph.warm("desk") == {"message": "OK"}
    taken = "bad request: graph already exists with graph_id: team"
    assert refusal(zep.graph.create, graph_id="team") == (400, taken)
    assert refusal(zep.graph.create, graph_id="x", time_zone="Mars/Base")[0] == 400
    assert zep.graph.delete("desk") == {"message": "OK"}
    for call in (zep.graph.get, zep.graph.update, zep.graph.warm, zep.graph.delete):
        assert refusal(call, "desk") == (404, "not found")


def test_graphs_are_listed(zep: Any) -> None:
    """By page, by a text in id, name or description, and in any of three orders."""
    for graph_id, name in (("b", "Apples"), ("c", "Pears"), ("a", "Green apples")):
        zep.graph.create(graph_id=graph_id, name=name, description=f"All about {name}.")
    assert ids(zep.graph.list_all()) == ["a", "c", "b"]
    assert ids(zep.graph.list_all(order_by="name", asc=True)) == ["b", "a", "c"]
    assert ids(zep.graph.list_all(order_by="graph_id")) == ["c", "b", "a"]
    page = zep.graph.list_all(search=" APPLES ", page_size=1, page_number=2, asc=True)
    assert ids(page) == ["a"]
    assert {name: page[name] for name in page if name != "graphs"} == {
        "row_count": 1,
        "total_count": 2,
        "page_number": 2,
        "page_size": 1,
    }
    assert refusal(zep.graph.list_all, page_size=101)[0] == 400
    assert refusal(zep.graph.list_all, order_by="size")[0] == 400


def test_data_of_a_graph(zep: Any, origin: str) -> None:
    """Data keep metadata, document and task; a strict ontology leaves out what has no type."""
    zep.graph.create(graph_id="desk")
    episode = zep.graph.add(
        graph_id="desk",
        type="text",
        data="Orders to Lisbon take three days.",
        metadata={"chapter": 3, "tags": ["orders"]},
        document_id="handbook",
        source_description="book",
    )
    assert (episode["document_id"], episode["processed"]) == ("handbook", True)
    assert episode["metadata"] == {"chapter": 3, "tags": ["orders"]}
    assert zep.task.get(episode["task_id"])["status"] == "succeeded"
    [same] = zep.graph.get_episodes_for_document("handbook", graph_id="desk")["episodes"]
    assert same == episode
    again, _ = zep.graph.add_batch(
        graph_id="desk",
        document_id="handbook",
        episodes=[model("EpisodeData", type="text", data=text) for text in ("Tea is hot.", "Hi.")],
    )
    assert again["document_id"] == "handbook"
    older = connect(origin, KEY)
    assert [edge.fact for edge in older.graph.edge.get_by_group_id("desk")] == [
        "Orders to Lisbon take three days.",
        "Tea is hot.",
        "Hi.",
    ]
    zep.graph.add(graph_id="desk", type="text", data="Pens are blue.", strict_ontology=True)
    assert len(zep.graph.edge.get_by_graph_id("desk")) == 3
    assert refusal(zep.graph.get_episodes_for_document, "none", graph_id="desk")[0] == 404
    assert refusal(zep.graph.add, graph_id="none", type="text", data="?") == (404, "not found")
    assert refusal(zep.graph.add, type="text", data="?")[0] == 400
    assert refusal(zep.graph.add, graph_id="desk", type="text", data="x" * 10_001)[0] == 400
    deep = {"graph_id": "desk", "type": "text", "data": "?", "metadata": {"a": {"b": 1}}}
    assert refusal(zep.graph.add, **deep)[0] == 400


def test_triples_and_nodes(zep: Any) -> None:
    """Both are added with labels, attributes and metadata, and answered with their task."""
    zep.graph.create(graph_id="desk")
    added = zep.graph.add_nodes(
        graph_id="desk",
        nodes=[
            model("AddNodeItem", name="Harbour Books", label="Shop", attributes={"floors": 2}),
            model("AddNodeItem", name="Ann", summary="A bookseller.", metadata={"from": "form"}),
        ],
    )
    shop, ann = added["nodes"]
    form = model("EpisodeMetadataFilter", property_name="from", comparison_operator="IS NOT NULL")
    of_form = model("MetadataFilterGroup", type="and", filters=[form])
    wanted = model("SearchFilters", episode_metadata_filters=of_form)
    [found] = zep.graph.node.get_by_graph_id("desk", filters=wanted)
    assert found["uuid"] == ann["uuid"]
    assert (shop["label"], shop["attributes"]) == ("Shop", {"floors": 2})
    assert zep.graph.node.get(shop["uuid"])["labels"] == ["Entity", "Shop"]
    triple = zep.graph.add_fact_triple(
        graph_id="desk",
        fact="Ann works at Harbour Books.",
        fact_name="WORKS_AT",
        source_node_uuid=ann["uuid"],
        target_node_uuid=shop["uuid"],
        target_node_labels=["Bookshop"],
        target_node_attributes={"city": "Lisbon"},
        edge_attributes={"since": 2020},
        metadata={"channel": "web"},
    )
    assert triple["edge"]["source_node_name"] == "Ann"
    assert triple["edge"]["target_node_labels"] == ["Entity", "Bookshop"]
    assert triple["edge"]["attributes"] == {"since": 2020}
    assert triple["target_node"]["attributes"] == {"floors": 2, "city": "Lisbon"}
    [episode] = triple["edge"]["episodes"]
    told = zep.graph.episode.get(episode)
    assert (told["source"], told["metadata"]) == ("fact_triple", {"channel": "web"})
    connected, known = (zep.task.get(made["task_id"]) for made in (triple, added))
    assert (connected["status"], known["status"]) == ("succeeded", "succeeded")
    assert connected["params"]["edge_uuid"] == triple["edge"]["uuid"]
    assert known["params"]["node_uuids"] == [node["uuid"] for node in added["nodes"]]
    bare = {"graph_id": "desk", "fact": "It rains.", "fact_name": "RAINS"}
    assert refusal(zep.graph.add_fact_triple, **bare)[0] == 400
    two = {**bare, "target_node_name": "rain", "target_node_labels": ["A", "B"]}
    assert refusal(zep.graph.add_fact_triple, **two)[0] == 400
    assert refusal(zep.graph.add_nodes, graph_id="desk", nodes=[])[0] == 400
    many = [model("AddNodeItem", name=f"Node {number}") for number in range(101)]
    assert refusal(zep.graph.add_nodes, graph_id="desk", nodes=many)[0] == 400


def test_uuid_of_a_fact(http: httpx.Client) -> None:
    """Only v2, which has no `graph_id`, chooses it; a node cannot bring its own."""
    chosen = "0B9D1F0E-5C1C-4A8E-8A86-7D0F3A5E2B90"
    http.post("/api/v2/graph/create", json={"graph_id": "desk"})
    fact = {"fact": "Tea is hot.", "fact_name": "IS", "target_node_name": "tea"}
    triple = {**fact, "fact_uuid": chosen}
    path = "/api/v2/graph/add-fact-triple"
    ignored = http.post(path, json={**triple, "graph_id": "desk"}).json()
    assert ignored["edge"]["uuid"] != chosen.lower()
    kept = http.post(path, json={**triple, "group_id": "desk"}).json()
    assert kept["edge"]["uuid"] == chosen.lower()
    nodes = {"graph_id": "desk", "nodes": [{"name": "tea", "uuid": chosen}]}
    assert http.post("/api/v2/graph/nodes", json=nodes).status_code == 400


def test_clones(zep: Any) -> None:
    """A clone gets an id that is made up, unless one is given; it is of the source's kind."""
    zep.user.add(user_id="ada", first_name="Ada")
    zep.graph.create(graph_id="desk", name="Desk")
    zep.graph.add(graph_id="desk", type="text", data="Tea is hot.")
    zep.graph.add(user_id="ada", type="text", data="Ada likes tea.")
    named = zep.graph.clone(source_graph_id="desk", target_graph_id="copy")
    assert named["graph_id"] == "copy"
    assert zep.task.get(named["task_id"])["status"] == "succeeded"
    made_up = zep.graph.clone(source_graph_id="desk")["graph_id"]
    for graph_id in ("copy", made_up):
        assert facts(zep.graph.edge.get_by_graph_id(graph_id)) == ["Tea is hot."]
    user_id = zep.graph.clone(source_user_id="ada")["user_id"]
    assert zep.user.get(user_id)["first_name"] == "Ada"
    assert facts(zep.graph.edge.get_by_user_id(user_id)) == ["Ada likes tea."]
    assert refusal(zep.graph.clone, source_graph_id="desk", target_graph_id="copy")[0] == 400
    assert refusal(zep.graph.clone)[0] == 400


def test_types_of_graphs(zep: Any, origin: str) -> None:
    """Types are declared for the project, users and graphs; a graph's own come before others."""
    zep.user.add(user_id="ada", disable_default_ontology=True)
    zep.graph.create(graph_id="desk")
    shop = model("EntityType", name="Shop", description="A shop.", identity_properties=["name_"])
    city = model("EntityType", name="City", description="A city.")
    zep.graph.set_entity_types_internal(entity_types=[city])
    zep.graph.set_entity_types_internal(entity_types=[shop], graph_ids=["desk"])
    assert names(zep.graph.list_entity_types()) == ["City"]
    assert names(zep.graph.list_entity_types(user_id="ada")) == ["City"]
    own = zep.graph.list_entity_types(graph_id="desk")
    assert names(own) == ["Shop"]
    assert own["entity_types"][0]["identity_properties"] == ["name_"]
    [older] = connect(origin, KEY).graph.list_entity_types().entity_types or []
    assert older.name == "City"
    zep.graph.add(graph_id="desk", type="text", data="A shop in a city sells pens.")
    labels = {label for node in zep.graph.node.get_by_graph_id("desk") for label in node["labels"]}
    assert labels == {"Entity", "Shop"}
    zep.graph.set_entity_types_internal(user_ids=["ada"])
    assert names(zep.graph.list_entity_types(user_id="ada")) == []
    zep.graph.set_entity_types_internal()
    assert names(zep.graph.list_entity_types()) == []
    assert refusal(zep.graph.set_entity_types_internal, user_ids=["none"])[0] == 404
    assert refusal(zep.graph.list_entity_types, graph_id="none")[0] == 404
    many = [model("EntityType", name=f"T{n}", description="?") for n in range(11)]
    assert refusal(zep.graph.set_entity_types_internal, entity_types=many)[0] == 400


def test_work_that_waits(zep: Any, control: ControlClient) -> None:
    """What is added is answered at once, with its uuids, and is in the graph when it is done."""
    zep.graph.create(graph_id="desk", name="Desk")
    zep.graph.add(graph_id="desk", type="text", data="Tea is hot.")
    control.settings(apis={"zep": {"ingestion": {"mode": "manual"}}})
    episode = zep.graph.add(graph_id="desk", type="text", data="Ice is cold.")
    assert zep.graph.episode.get(episode["uuid"])["processed"] is False
    triple = zep.graph.add_fact_triple(
        graph_id="desk", fact="Ann works.", fact_name="WORKS", target_node_name="Work"
    )
    assert (triple["edge"]["target_node_name"], triple["edge"]["fact"]) == ("Work", "Ann works.")
    [node] = zep.graph.add_nodes(graph_id="desk", nodes=[model("AddNodeItem", name="Ann")])["nodes"]
    copy = zep.graph.clone(source_graph_id="desk")["graph_id"]
    assert facts(zep.graph.edge.get_by_graph_id("desk")) == ["Tea is hot."]
    assert zep.graph.edge.get_by_graph_id(copy) == []
    assert refusal(zep.graph.node.get, node["uuid"]) == (404, "not found")
    control.call_action("zep", "finish_work", {})
    later = ["Tea is hot.", "Ice is cold.", "Ann works."]
    assert facts(zep.graph.edge.get_by_graph_id("desk")) == later
    assert zep.graph.edge.get(triple["edge"]["uuid"])["fact"] == "Ann works."
    assert zep.graph.node.get(node["uuid"])["name"] == "Ann"
    assert sorted(facts(zep.graph.edge.get_by_graph_id(copy))) == sorted(later)


def test_work_that_fails(zep: Any, control: ControlClient) -> None:
    """The episode stays, unprocessed; nothing else is in the graph, and the task says why."""
    zep.graph.create(graph_id="desk")
    control.settings(apis={"zep": {"ingestion": {"mode": "failing", "message": "no model"}}})
    episode = zep.graph.add(graph_id="desk", type="text", data="Tea is hot.")
    assert zep.graph.episode.get(episode["uuid"])["processed"] is False
    task = zep.task.get(episode["task_id"])
    assert (task["status"], task["error"]["message"]) == ("failed", "no model")
    nodes = zep.graph.add_nodes(graph_id="desk", nodes=[model("AddNodeItem", name="Ann")])
    assert zep.task.get(nodes["task_id"])["status"] == "failed"
    assert zep.graph.node.get_by_graph_id("desk") == []


def test_graph_of_v4(zep: Any, origin: str, sdk4: Sdk) -> None:
    """What the client of v4 adds to a graph of v3, v3 reads, and the other way round."""
    graph = zep.graph.create(graph_id="desk", name="Desk")
    zep.graph.add(graph_id="desk", type="text", data="Tea is hot.")
    newer = sdk4.at(f"{origin}/api/v4", KEY)
    newer.graph.episode.add(graph["canonical_graph_uuid"], type="text", data="Ice is cold.")
    both = ["Tea is hot.", "Ice is cold."]
    assert sorted(facts(newer.graph.edge.list(graph["uuid"]))) == sorted(both)
    made = newer.graph.create(name="Shelf")
    assert facts(zep.graph.edge.get_by_graph_id("desk")) == both
    assert zep.graph.get(made["uuid"])["name"] == "Shelf"
