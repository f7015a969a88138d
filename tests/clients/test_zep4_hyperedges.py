"""Zep's own Python client, zep-cloud 4.0.1, against the running server: hyperedges."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk import model
from tests.clients.zep4 import NOBODY, node, refusal, values


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
