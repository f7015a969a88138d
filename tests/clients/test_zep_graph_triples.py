"""Facts that Zep's own Python client, zep-cloud 2.22.0, adds to graphs as triples."""

from __future__ import annotations

from typing import Any

import pytest
from zep_cloud import ApiError, BadRequestError
from zep_cloud.core.api_error import ApiError as Refusal

from tests.clients.zep_python import settled

UUID = "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90"


def test_fact_triple_is_added(origin: str) -> None:
    """The edge has the sent values and is a fact; its nodes are existing or new ones."""
    zep = settled(origin)
    added = zep.graph.add_fact_triple(
        user_id="ann",
        fact="Ann works at Harbour Books.",
        fact_name="WORKS_AT",
        fact_uuid=UUID.upper(),
        source_node_name="ann",
        target_node_name="Harbour Books",
        target_node_summary="A bookshop.",
        created_at="2024-01-01T00:00:00Z",
        valid_at="2023-01-01T00:00:00Z",
        invalid_at="2025-01-01T00:00:00Z",
        expired_at="2025-02-01T00:00:00Z",
    )
    edge, source, target = added.edge, added.source_node, added.target_node
    assert edge
    assert source
    assert target
    assert (edge.uuid_, edge.name, edge.fact) == (UUID, "WORKS_AT", "Ann works at Harbour Books.")
    assert (edge.created_at, edge.valid_at) == ("2024-01-01T00:00:00Z", "2023-01-01T00:00:00Z")
    assert (edge.invalid_at, edge.expired_at) == ("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
    assert edge.episodes == []
    assert source == zep.user.get_node("ann").node
    assert (target.name, target.summary) == ("Harbour Books", "A bookshop.")
    assert zep.graph.edge.get(UUID) == edge
    zep.graph.add(user_id="ann", type="text", data="Harbour Books sells books.")
    assert zep.graph.node.get(target.uuid_) == target
    fact = zep.memory.get_fact(UUID).fact
    assert fact
    assert (fact.fact, fact.source_node_name, fact.target_node_name) == (
        "Ann works at Harbour Books.",
        "Ann",
        "Harbour Books",
    )


def test_triple_finds_nodes_by_uuid(origin: str) -> None:
    """A missing node is added with its uuid; the source is the user if it has no name."""
    zep = settled(origin)
    triple: dict[str, Any] = {"user_id": "ann", "fact": "Ann has it.", "fact_name": "HAS"}
    first = zep.graph.add_fact_triple(**triple, target_node_name="It", target_node_uuid=UUID)
    again = zep.graph.add_fact_triple(**triple, target_node_name="Other", target_node_uuid=UUID)
    assert first.target_node
    assert again.target_node
    assert again.source_node
    assert (first.target_node.uuid_, again.target_node.uuid_) == (UUID, UUID)
    assert (again.target_node.name, again.source_node.name) == ("It", "Ann")
    zep.group.add(group_id="desk")
    with pytest.raises(Refusal) as caught:
        zep.graph.add_fact_triple(
            group_id="desk", fact="?", fact_name="HAS", target_node_name="It", target_node_uuid=UUID
        )
    assert (caught.value.status_code, caught.value.body) == (404, {"message": "not found"})


def test_fact_uuid_is_used_once(origin: str) -> None:
    """A uuid that exists is refused."""
    zep = settled(origin)
    triple: dict[str, Any] = {
        "fact": "?",
        "fact_name": "IS",
        "target_node_name": "It",
        "fact_uuid": UUID,
    }
    zep.graph.add_fact_triple(user_id="ann", **triple)
    with pytest.raises(BadRequestError) as caught:
        zep.graph.add_fact_triple(user_id="ann", **triple)
    assert caught.value.body == ApiError(message="bad request: fact_uuid already exists")


def test_new_fact_is_not_part_of_an_old_episode(origin: str) -> None:
    """A new fact may have the uuid of a deleted one; the old fact's episode does not mention it."""
    zep = settled(origin)
    episode = zep.graph.add(user_id="ann", type="text", data="Ann likes tea.")
    [edge] = zep.graph.edge.get_by_user_id("ann")
    zep.graph.edge.delete(edge.uuid_)
    triple: dict[str, Any] = {"fact": "?", "fact_name": "IS", "target_node_name": "It"}
    zep.graph.add_fact_triple(user_id="ann", fact_uuid=edge.uuid_, **triple)
    assert zep.graph.episode.get_nodes_and_edges(episode.uuid_).edges == []
    zep.graph.episode.delete(episode.uuid_)
    assert [edge.fact for edge in zep.graph.edge.get_by_user_id("ann")] == ["?"]
