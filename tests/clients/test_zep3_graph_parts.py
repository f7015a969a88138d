"""Zep's own Python client, zep-cloud 3.30.0, against the running server: edges, nodes and episodes
of graphs, and what is derived from them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk, model
from tests.clients.zep3 import refusal
from tests.clients.zep_python import connect

KEY = "test"  # that of the fixture `http`, which sees the headers of responses


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client; there are a user and a graph."""
    client = sdk3.at(f"{origin}/api/v2", KEY)
    client.user.add(user_id="ada", first_name="Ada")
    client.graph.create(graph_id="desk", name="Desk")
    return client


def tell(zep: Any, *lines: str) -> None:
    """Add episodes to the graph, one a line."""
    for line in lines:
        zep.graph.add(graph_id="desk", type="text", data=line)


def uuids(items: list[dict[str, Any]]) -> list[str]:
    """Return the uuids of edges, nodes or episodes, in their order."""
    return [item["uuid"] for item in items]


def pages(http: httpx.Client, path: str, **body: Any) -> list[list[str]]:
    """Return the uuids on all pages of a list, by its cursors."""
    found = []
    while True:
        response = http.post(f"/api/v2{path}", json=body)
        found.append(uuids([item.get("node", item) for item in response.json()]))
        cursor = response.headers.get("Zep-Next-Cursor")
        if cursor is None:
            return found
        body = {name: body[name] for name in ("limit", "filters", "direction") if name in body} | {
            "cursor": cursor
        }


def test_edges_are_paged(zep: Any, http: httpx.Client) -> None:
    """In the order in which they were added, or by uuid or time, upwards or downwards."""
    tell(zep, "Tea is hot.", "Ice is cold.", "Rain is wet.")
    path = "/graph/edge/graph/desk"
    added = uuids(zep.graph.edge.get_by_graph_id("desk"))
    assert pages(http, path, limit=2) == [added[:2], added[2:]]
    assert pages(http, path, limit=3) == [added]
    assert pages(http, path, limit=2, order_by="uuid") == [
        sorted(added)[:0:-1],
        sorted(added)[:1],
    ]
    newest = pages(http, path, limit=1, order_by="created_at")
    assert newest == [[uuid] for uuid in reversed(added)]
    assert pages(http, path, limit=2, order_by="valid_at", direction="asc") == [
        added[:2],
        added[2:],
    ]
    assert uuids(zep.graph.edge.get_by_graph_id("desk", direction="desc", limit=1)) == added[2:]
    by_uuid = zep.graph.edge.get_by_graph_id("desk", uuid_cursor=added[0], limit=1)
    assert uuids(by_uuid) == added[1:2]
    assert refusal(zep.graph.edge.get_by_graph_id, "desk", cursor="nonsense")[0] == 404
    assert refusal(zep.graph.edge.get_by_graph_id, "desk", order_by="degree")[0] == 400
    assert refusal(zep.graph.edge.get_by_graph_id, "none") == (404, "not found")


def test_edges_are_filtered(zep: Any) -> None:
    """By nodes, names, episodes, attributes and times; what is of no edge is refused elsewhere."""
    tell(zep, "Tea is hot.", "Is Ice cold?")
    hot, cold = zep.graph.edge.get_by_graph_id("desk")

    def found(**filters: Any) -> list[str]:
        listed = zep.graph.edge.get_by_graph_id("desk", filters=model("SearchFilters", **filters))
        return uuids(listed)

    assert found(edge_types=["ASKS_ABOUT"]) == uuids([cold])
    assert found(exclude_edge_types=["ASKS_ABOUT"]) == uuids([hot])
    assert found(edge_uuids=[cold["uuid"]]) == uuids([cold])
    assert found(target_node_uuids=[hot["target_node_uuid"]]) == uuids([hot])
    assert found(connected_node_uuids=[hot["source_node_uuid"]]) == uuids([hot, cold])
    assert found(episode_uuids=cold["episodes"]) == uuids([cold])
    zep.graph.edge.update(
        hot["uuid"], attributes={"degrees": 90}, invalid_at="2026-01-01T00:00:00Z"
    )
    warm = model("PropertyFilter", property_name="degrees", comparison_operator=">")
    assert found(property_filters=[{**warm, "property_value": 80}]) == uuids([hot])
    assert found(property_filters=[{**warm, "property_value": 90}]) == []
    never = model("DateFilter", comparison_operator="IS NULL")
    assert found(invalid_at=[[never]]) == uuids([cold])
    ended = model("DateFilter", comparison_operator="<", date="2026-02-01T00:00:00Z")
    assert found(invalid_at=[[ended], [never]]) == uuids([hot, cold])
    wrong = model("SearchFilters", source_node_uuids=[hot["source_node_uuid"]])
    assert refusal(zep.graph.node.get_by_graph_id, "desk", filters=wrong)[0] == 400
    no_value = model("SearchFilters", property_filters=[warm])
    assert refusal(zep.graph.edge.get_by_graph_id, "desk", filters=no_value)[0] == 400
    many = model("SearchFilters", edge_types=["A"] * 257)
    assert refusal(zep.graph.edge.get_by_graph_id, "desk", filters=many)[0] == 400


def test_edge_is_updated(zep: Any, origin: str) -> None:
    """Fields are changed, attributes merged; the fact of v2 changes too."""
    zep.graph.add(user_id="ada", type="text", data="Ada likes tea.")
    [edge] = zep.graph.edge.get_by_user_id("ada")
    zep.graph.edge.update(edge["uuid"], attributes={"sure": True, "since": 2020})
    updated = zep.graph.edge.update(
        edge["uuid"],
        fact="Ada loves tea.",
        name="LOVES",
        attributes={"since": None},
        invalid_at="2027-01-01T00:00:00Z",
    )
    assert (updated["fact"], updated["name"]) == ("Ada loves tea.", "LOVES")
    assert updated["attributes"] == {"sure": True}
    assert updated["invalid_at"] == "2027-01-01T00:00:00Z"
    assert zep.graph.edge.get(edge["uuid"]) == updated == zep.graph.edge.update(edge["uuid"])
    assert (connect(origin, KEY).user.get_facts("ada").facts or [])[0].fact == "Ada loves tea."
    assert zep.graph.edge.delete(edge["uuid"]) == {"message": "OK"}
    assert refusal(zep.graph.edge.update, edge["uuid"], name="X") == (404, "not found")


def test_nodes(zep: Any, http: httpx.Client) -> None:
    """They name their episodes, are listed by degree, changed, and deleted with their edges."""
    tell(zep, "Tea is hot.", "Ice is cold.")
    desk, tea, ice = zep.graph.node.get_by_graph_id("desk")
    edges = zep.graph.edge.get_by_graph_id("desk")
    assert desk["episodes"] == [edges[1]["episodes"][0], edges[0]["episodes"][0]]
    assert (tea["episodes"], tea["episodes_truncated"]) == (edges[0]["episodes"], False)
    by_degree = zep.graph.node.get_by_graph_id("desk", order_by="degree")
    assert [node["degree"] for node in by_degree] == [2, 1, 1]
    assert by_degree[0]["uuid"] == desk["uuid"]
    assert len(pages(http, "/graph/node/graph/desk", limit=1, order_by="degree")) == 3
    updated = zep.graph.node.update(
        tea["uuid"], name="Green tea", labels=["Drink"], attributes={"leaf": "green"}
    )
    assert (updated["name"], updated["labels"]) == ("Green tea", ["Entity", "Drink"])
    assert zep.graph.edge.get(edges[0]["uuid"])["target_node_name"] == "Green tea"
    assert zep.graph.node.get(tea["uuid"]) == updated
    labelled = model("SearchFilters", node_labels=["Drink"])
    assert uuids(zep.graph.node.get_by_graph_id("desk", filters=labelled)) == [tea["uuid"]]
    other = model("SearchFilters", exclude_node_labels=["Drink"])
    assert uuids(zep.graph.node.get_by_graph_id("desk", filters=other)) == uuids([desk, ice])
    assert zep.graph.node.delete(tea["uuid"]) == {"message": "OK"}
    assert uuids(zep.graph.edge.get_by_graph_id("desk")) == [edges[1]["uuid"]]
    for call in (zep.graph.node.get, zep.graph.node.update, zep.graph.node.delete):
        assert refusal(call, tea["uuid"]) == (404, "not found")


def test_neighbors(zep: Any, http: httpx.Client) -> None:
    """Each node beside another one is there once, with the edges between the two."""
    tell(zep, "We drink Tea hot.", "We drink Tea green.", "We keep Ice cold.")
    desk, tea, ice = zep.graph.node.get_by_graph_id("desk")
    around = {one["node"]["uuid"]: one for one in zep.graph.node.get_neighbors(desk["uuid"])}
    assert set(around) == {tea["uuid"], ice["uuid"]}
    assert [edge["fact"] for edge in around[tea["uuid"]]["edges"]] == [
        "We drink Tea hot.",
        "We drink Tea green.",
    ]
    assert zep.graph.node.get_neighbors(desk["uuid"], direction="in") == []
    [back] = zep.graph.node.get_neighbors(tea["uuid"], direction="in")
    assert back["node"]["uuid"] == desk["uuid"]
    path = f"/graph/node/{desk['uuid']}/neighbors"
    assert pages(http, path, limit=1, direction="out") == [
        [uuid] for uuid in sorted(around, reverse=True)
    ]
    cold = model("SearchFilters", edge_uuids=[around[ice["uuid"]]["edges"][0]["uuid"]])
    [only] = zep.graph.node.get_neighbors(desk["uuid"], filters=cold)
    assert only["node"]["uuid"] == ice["uuid"]
    assert refusal(zep.graph.node.get_neighbors, "none") == (404, "not found")


def test_episodes(zep: Any, http: httpx.Client) -> None:
    """They are listed by metadata and by what they tell of; metadata are merged."""
    for number in range(3):
        zep.graph.add(graph_id="desk", type="text", data=f"Tea {number}", metadata={"n": number})
    path = "/graph/episodes/graph/desk"
    every = zep.graph.episode.get_by_graph_id("desk", lastn=5)["episodes"]
    assert pages(http, path, limit=2, order_by="created_at", direction="asc") == [
        uuids(every[:2]),
        uuids(every[2:]),
    ]
    assert uuids(zep.graph.episode.list_by_graph_id("desk")) == sorted(uuids(every), reverse=True)

    def found(**group: Any) -> set[str]:
        wanted = model("MetadataFilterGroup", **group)
        return set(
            uuids(zep.graph.episode.list_by_graph_id("desk", episode_metadata_filters=wanted))
        )

    def where(comparison: str, value: Any = None) -> dict[str, Any]:
        kind = "EpisodeMetadataFilter"
        return model(kind, property_name="n", comparison_operator=comparison, property_value=value)

    assert found(type="and", filters=[where(">=", 1)]) == set(uuids(every[1:]))
    assert found(type="and", filters=[where(">", 0), where("<", 2)]) == {every[1]["uuid"]}
    either = model("MetadataFilterGroup", type="or", filters=[where("=", 0), where("IN", [2])])
    assert found(type="and", groups=[either]) == {every[0]["uuid"], every[2]["uuid"]}
    assert found(type="and", filters=[where("IS NULL")]) == set()
    [edge, *_] = zep.graph.edge.get_by_graph_id("desk")
    told = zep.graph.episode.list_by_graph_id(
        "desk", mentioned_node_uuids=[edge["target_node_uuid"]]
    )
    assert set(uuids(told)) >= set(edge["episodes"])
    itself = zep.graph.episode.list_by_graph_id("desk", mentioned_node_uuids=[every[2]["uuid"]])
    assert uuids(itself) == [every[2]["uuid"]]
    changed = zep.graph.episode.update(every[0]["uuid"], metadata={"n": None, "seen": True})
    assert changed["metadata"] == {"seen": True}
    assert zep.graph.episode.get(every[0]["uuid"]) == changed
    more = {f"k{number}": number for number in range(11)}
    assert refusal(zep.graph.episode.update, every[0]["uuid"], metadata=more)[0] == 400
    assert zep.graph.episode.get(every[0]["uuid"]) == changed
    assert refusal(zep.graph.episode.list_by_graph_id, "none") == (404, "not found")


def test_older_lists_are_cut(zep: Any, http: httpx.Client) -> None:
    """After a thousand edges of a node they end, and say so."""
    lines = "\n".join(f"Fact{number} holds" for number in range(50))
    episodes = [model("EpisodeData", type="text", data=lines) for _ in range(21)]
    for number in (0, 20):  # a call takes at most 20
        zep.graph.add_batch(graph_id="desk", episodes=episodes[number : number + 20])
    [desk, *_] = zep.graph.node.get_by_graph_id("desk", limit=1)
    response = http.get(f"/api/v2/graph/node/{desk['uuid']}/entity-edges")
    assert (len(response.json()), response.headers["Zep-Truncated"]) == (1000, "true")
    response = http.get(f"/api/v2/graph/node/{desk['uuid']}/episodes")
    assert (len(response.json()["episodes"]), response.headers.get("Zep-Truncated")) == (21, None)


def test_observations_and_summaries(zep: Any) -> None:
    """What two episodes tell of is observed; threads and documents are summarized."""
    tell(zep, "We drink Tea hot.")
    assert zep.graph.observation.get_by_graph_id("desk") == []
    tell(zep, "We drink Tea green.")
    observed = zep.graph.observation.get_by_graph_id("desk")
    assert sorted(one["name"] for one in observed) == ["Desk", "Tea"]
    tea = next(one for one in observed if one["name"] == "Tea")
    assert tea["summary"] == "Tea is mentioned in 2 episodes."
    episodes = zep.graph.episode.get_by_graph_id("desk")["episodes"]
    assert tea["episode_ids"] == uuids(episodes)
    assert zep.graph.observation.get(tea["uuid"]) == tea
    assert (
        zep.graph.observation.get_by_graph_id("desk", uuid_cursor=observed[0]["uuid"])
        == observed[1:]
    )
    assert refusal(zep.graph.observation.get, episodes[0]["uuid"]) == (404, "not found")
    assert zep.graph.observation.get_by_user_id("ada") == []
    zep.thread.create(thread_id="t", user_id="ada")
    assert zep.graph.thread_summary.get_by_user_id("ada") == []
    zep.thread.add_messages("t", messages=[model("Message", role="user", content="I like tea.")])
    [summary] = zep.graph.thread_summary.get_by_user_id("ada")
    assert (summary["thread_id"], "tea" in summary["summary"]) == ("t", True)
    assert zep.graph.thread_summary.get_by_graph_id("desk") == []
    zep.graph.add(graph_id="desk", type="text", data="Pens are blue.", document_id="d")
    [summary] = zep.graph.document_summary.get_by_graph_id("desk")
    assert (summary["document_id"], "Pens" in summary["summary"]) == ("d", True)
    assert refusal(zep.graph.document_summary.get_by_graph_id, "none") == (404, "not found")


def test_what_the_second_generation_has_too(zep: Any) -> None:
    """Episodes of a user by filters, what an episode mentions, and what a node is in."""
    zep.graph.add(user_id="ada", type="text", data="Ada keeps bees.", metadata={"season": "May"})
    zep.graph.add(user_id="ada", type="text", data="Ada sells honey.")
    episodes = zep.graph.episode.list_by_user_id("ada")  # in the order of their uuids
    older, newest = sorted(episodes, key=lambda episode: str(episode["content"]))
    assert (older["content"], newest["content"]) == ("Ada keeps bees.", "Ada sells honey.")
    may = {
        "type": "and",
        "filters": [
            {"property_name": "season", "comparison_operator": "=", "property_value": "May"}
        ],
    }
    assert uuids(zep.graph.episode.list_by_user_id("ada", episode_metadata_filters=may)) == [
        older["uuid"]
    ]
    mentions = zep.graph.episode.get_nodes_and_edges(older["uuid"])
    (edge,) = mentions["edges"]
    assert {edge["source_node_uuid"], edge["target_node_uuid"]} == set(uuids(mentions["nodes"]))
    bees = edge["target_node_uuid"]
    assert bees in uuids(zep.graph.node.get_by_user_id("ada"))
    assert zep.graph.node.get_edges(bees) == [edge]
    assert uuids(zep.graph.node.get_episodes(bees)["episodes"]) == [older["uuid"]]
    zep.graph.episode.delete(older["uuid"])
    assert uuids(zep.graph.episode.list_by_user_id("ada")) == [newest["uuid"]]
    assert refusal(zep.graph.node.get_edges, bees)[0] == 404
