"""Zep's own Python client, zep-cloud 2.22.0, against the running server: graphs and what they
hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from zep_cloud import (
    EntityNode,
    EntityType,
    EpisodeData,
    NotFoundError,
    SuccessResponse,
)
from zep_cloud.types import EdgeType

from tests.clients.zep_python import HELLO, Zep, settled

MOVED = "Ann moved to Lisbon in August."


def names(nodes: list[EntityNode] | None) -> list[str]:
    """Return the names of nodes, in their order."""
    return [node.name for node in nodes or []]


def facts_of(zep: Zep) -> list[str]:
    """Return the facts of Ann's edges, in their order."""
    return [edge.fact for edge in zep.graph.edge.get_by_user_id("ann")]


def test_text_is_added(origin: str) -> None:
    """Each line is a fact about the user: an edge from its node."""
    zep = settled(origin)
    episode = zep.graph.add(
        user_id="ann", type="text", data=f"{MOVED}\n\nAnn likes tea.", source_description="form"
    )
    assert (episode.content, episode.source) == (f"{MOVED}\n\nAnn likes tea.", "text")
    assert (episode.source_description, episode.processed) == ("form", True)
    assert (episode.role, episode.session_id) == (None, None)
    assert zep.graph.episode.get(episode.uuid_) == episode
    assert facts_of(zep) == [MOVED, "Ann likes tea."]
    nodes = zep.graph.node.get_by_user_id("ann")
    assert names(nodes) == ["Ann", "Lisbon", "likes"]
    edge = zep.graph.edge.get_by_user_id("ann")[0]
    assert zep.graph.edge.get(edge.uuid_) == edge
    assert (edge.name, edge.episodes) == ("TELLS_OF", [episode.uuid_])
    assert (edge.source_node_uuid, edge.target_node_uuid) == (nodes[0].uuid_, nodes[1].uuid_)
    assert (edge.valid_at, edge.invalid_at) == (episode.created_at, None)
    assert (zep.user.get_facts("ann").facts or [])[0].uuid_ == edge.uuid_


def test_message_is_added(origin: str) -> None:
    """Each line names its speaker; a line without a name is the user's."""
    zep = settled(origin)
    zep.graph.add(user_id="ann", type="message", data="Bob: Is Lisbon far?\nno idea")
    edges = zep.graph.edge.get_by_user_id("ann")
    assert [(edge.fact, edge.name) for edge in edges] == [
        ("Bob: Is Lisbon far?", "ASKS_ABOUT"),
        ("no idea", "TELLS_OF"),
    ]
    assert zep.graph.node.get(edges[0].source_node_uuid).name == "Bob"
    assert zep.graph.node.get(edges[1].source_node_uuid).name == "Ann"


def test_json_is_added(origin: str) -> None:
    """Each value is a fact about what the object names."""
    zep = settled(origin)
    data = {"name": "Shop 7", "address": {"city": "Porto"}, "open": True, "tags": ["a", 2, None]}
    zep.graph.add(user_id="ann", type="json", data=json.dumps(data))
    edges = zep.graph.edge.get_by_user_id("ann")
    assert [(edge.fact, edge.name) for edge in edges] == [
        ("Shop 7: name is Shop 7", "HAS_NAME"),
        ("Shop 7: address city is Porto", "HAS_ADDRESS_CITY"),
        ("Shop 7: open is true", "HAS_OPEN"),
        ("Shop 7: tags is a", "HAS_TAGS"),
        ("Shop 7: tags is 2", "HAS_TAGS"),
    ]
    assert names(zep.graph.node.get_by_user_id("ann"))[1:] == ["Shop 7", "Porto", "true", "a", "2"]


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        ("{not json", ["{not json"]),
        ("[" * 9_999, 1),
        ('{"a": "\\ud800"}', ["Ann: a is ?"]),
        ("[]", []),
        ("   ", []),
        (json.dumps(list(range(90))), 50),
    ],
    ids=["no json", "deep", "surrogate", "empty", "blank", "many"],
)
def test_invalid_json_is_added_as_text(origin: str, data: str, facts: list[str] | int) -> None:
    """Data that is not JSON counts as text; no data is an error."""
    zep = settled(origin)
    assert zep.graph.add(user_id="ann", type="json", data=data).content == data
    actual = facts_of(zep)
    assert (actual if isinstance(facts, list) else len(actual)) == facts


def test_data_has_its_own_time(origin: str) -> None:
    """The facts are valid from the time that is sent with the data."""
    zep = settled(origin)
    then = "2020-02-29T12:00:00Z"
    assert zep.graph.add(user_id="ann", type="text", data=MOVED, created_at=then).created_at == then
    edge = zep.graph.edge.get_by_user_id("ann")[0]
    assert edge.valid_at == then
    assert edge.created_at > then


def test_batch_is_added_in_order(origin: str) -> None:
    """All episodes are added to one graph."""
    zep = settled(origin)
    batch = [EpisodeData(type="text", data=data) for data in ("One is odd.", "Two is even.")]
    episodes = zep.graph.add_batch(user_id="ann", episodes=batch)
    assert [episode.content for episode in episodes] == ["One is odd.", "Two is even."]
    assert zep.graph.episode.get_by_user_id("ann").episodes == episodes
    assert zep.graph.add_batch(user_id="ann", episodes=[]) == []


def test_session_messages_are_episodes(origin: str) -> None:
    """Each message of a user is an episode with its role and its session's id."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    (episode,) = zep.graph.episode.get_by_user_id("ann").episodes or []
    assert (episode.content, episode.source) == (HELLO.content, "message")
    assert (episode.role, episode.role_type, episode.session_id) == ("Ann", "user", "s")


def test_message_of_a_deleted_episode_stays_in_its_session(origin: str) -> None:
    """The facts of the message are deleted with its episode."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    [message] = zep.memory.get_session_messages("s").messages or []
    assert message.uuid_
    zep.graph.episode.delete(message.uuid_)
    assert zep.graph.episode.get_by_user_id("ann").episodes == []
    assert facts_of(zep) == []
    assert zep.memory.get_session_messages("s").messages == [message]
    with pytest.raises(NotFoundError):
        zep.graph.episode.delete(message.uuid_)
    zep.memory.delete("s")
    assert zep.graph.episode.get_by_user_id("ann").episodes == []


def test_last_episodes_are_listed_oldest_first(origin: str) -> None:
    """They come oldest first, for users and for groups."""
    zep = settled(origin)
    zep.group.add(group_id="desk")
    for data in ("one", "two", "three"):
        zep.graph.add(user_id="ann", type="text", data=data)
        zep.graph.add(group_id="desk", type="text", data=data)
    for episodes in (
        zep.graph.episode.get_by_user_id("ann", lastn=2),
        zep.graph.episode.get_by_group_id("desk", lastn=2),
    ):
        assert [episode.content for episode in episodes.episodes or []] == ["two", "three"]


def test_edges_and_nodes_are_listed_by_pages(origin: str) -> None:
    """The cursor is the last uuid of the page before; the pages together are the whole list."""
    zep = settled(origin)
    zep.group.add(group_id="desk", name="Desk")
    data = "Desk opens early.\nDesk closes late.\nDesk has chairs."
    zep.graph.add(group_id="desk", type="text", data=data)
    for listed in (zep.graph.edge.get_by_group_id, zep.graph.node.get_by_group_id):
        every: Any = listed("desk")
        first: Any = listed("desk", limit=2)
        rest: Any = listed("desk", uuid_cursor=first[-1].uuid_)
        assert len(every) >= 3
        assert [*first, *rest] == every
        assert listed("desk", uuid_cursor=every[-1].uuid_) == []


def test_nodes_are_found_again_by_name(origin: str) -> None:
    """A node has all its edges and episodes, and a summary of the last facts."""
    zep = settled(origin)
    first = zep.graph.add(user_id="ann", type="text", data=MOVED)
    second = zep.graph.add(user_id="ann", type="message", data="Bob: I saw Lisbon once.")
    (lisbon,) = [n for n in zep.graph.node.get_by_user_id("ann") if n.name == "Lisbon"]
    assert lisbon.summary == f"{MOVED}\nBob: I saw Lisbon once."
    assert zep.graph.node.get(lisbon.uuid_) == lisbon
    assert zep.graph.node.get_edges(lisbon.uuid_) == zep.graph.edge.get_by_user_id("ann")
    assert zep.graph.node.get_episodes(lisbon.uuid_).episodes == [first, second]


def test_episode_mentions_its_edges_and_their_nodes(origin: str) -> None:
    """It mentions its edges, and the nodes of these."""
    zep = settled(origin)
    episode = zep.graph.add(user_id="ann", type="text", data=MOVED)
    zep.graph.add(user_id="ann", type="text", data="Ann likes tea.")
    mentions = zep.graph.episode.get_nodes_and_edges(episode.uuid_)
    assert names(mentions.nodes) == ["Ann", "Lisbon"]
    assert mentions.edges == zep.graph.edge.get_by_user_id("ann", limit=1)


def test_deleted_edge_is_a_deleted_fact(origin: str) -> None:
    """An edge and its fact are deleted together, by either; the nodes stay."""
    zep = settled(origin)
    zep.graph.add(user_id="ann", type="text", data=f"{MOVED}\nAnn likes tea.")
    first, second = zep.graph.edge.get_by_user_id("ann")
    assert zep.graph.edge.delete(first.uuid_) == SuccessResponse(message="OK")
    zep.memory.delete_fact(second.uuid_)
    for uuid in (first.uuid_, second.uuid_):
        for get in (zep.memory.get_fact, zep.graph.edge.get):
            with pytest.raises(NotFoundError):
                get(uuid)
    assert facts_of(zep) == []
    assert names(zep.graph.node.get_by_user_id("ann")) == ["Ann", "Lisbon", "likes"]


def test_deleted_episode_deletes_its_own_nodes_and_edges(origin: str) -> None:
    """Its edges are deleted, and nodes that no other episode mentions, but never the user's."""
    zep = settled(origin)
    episode = zep.graph.add(user_id="ann", type="text", data=f"{MOVED}\nAnn saw Porto.")
    other = zep.graph.add(user_id="ann", type="text", data="Ann left Porto.")
    assert zep.graph.episode.delete(episode.uuid_) == SuccessResponse(message="OK")
    assert facts_of(zep) == ["Ann left Porto."]
    assert names(zep.graph.node.get_by_user_id("ann")) == ["Ann", "Porto"]
    assert len(zep.user.get_facts("ann").facts or []) == 1
    zep.graph.episode.delete(other.uuid_)
    assert names(zep.graph.node.get_by_user_id("ann")) == ["Ann"]
    with pytest.raises(NotFoundError):
        zep.graph.episode.delete(other.uuid_)


def test_graph_is_cloned(origin: str) -> None:
    """The clone has the same content with other uuids; deleting it leaves the original."""
    zep = settled(origin)
    zep.graph.add(user_id="ann", type="text", data=MOVED)
    assert zep.graph.clone(source_user_id="ann", target_user_id="ann2").user_id == "ann2"
    assert zep.user.get("ann2").first_name == "Ann"
    (edge,), (copy,) = (zep.graph.edge.get_by_user_id(name) for name in ("ann", "ann2"))
    (episode,) = zep.graph.episode.get_by_user_id("ann2").episodes or []
    node = zep.user.get_node("ann2").node
    assert node
    assert (copy.fact, copy.valid_at, copy.episodes) == (edge.fact, edge.valid_at, [episode.uuid_])
    assert copy.uuid_ != edge.uuid_
    assert copy.source_node_uuid == node.uuid_
    assert (node.name, node.summary) == ("Ann", MOVED)
    assert names(zep.graph.episode.get_nodes_and_edges(episode.uuid_).nodes) == ["Ann", "Lisbon"]
    assert [fact.uuid_ for fact in zep.user.get_facts("ann2").facts or []] == [copy.uuid_]
    zep.user.delete("ann2")
    assert zep.graph.edge.get_by_user_id("ann") == [edge]
    assert len(zep.user.get_facts("ann").facts or []) == 1


def test_user_graph_is_cloned_for_a_group_and_back(origin: str) -> None:
    """A user's graph can be cloned for a group, and a group's for a user."""
    zep = settled(origin)
    zep.graph.add(user_id="ann", type="text", data=MOVED)
    assert zep.graph.clone(source_user_id="ann", target_group_id="desk").group_id == "desk"
    assert names(zep.graph.node.get_by_group_id("desk")) == ["Ann", "Lisbon"]
    assert [fact.fact for fact in zep.group.get_facts("desk").facts or []] == [MOVED]
    zep.graph.clone(source_group_id="desk", target_user_id="bob")
    assert names(zep.graph.node.get_by_user_id("bob")) == ["bob", "Ann", "Lisbon"]
    zep.graph.clone(source_group_id="desk", target_group_id="desk2")
    assert len(zep.graph.edge.get_by_group_id("desk2")) == 1


def test_types_are_declared_and_listed(origin: str) -> None:
    """The types are those of the last call; new nodes are labelled by them."""
    # Imported after `zep_python`, which suppresses a warning of this module.
    from zep_cloud.external_clients.ontology import EdgeModel, EntityModel

    class Shop(EntityModel):
        """A place that sells things."""

    class WorksAt(EdgeModel):
        """A person's place of work."""

    zep = settled(origin)
    none = zep.graph.list_entity_types()
    assert (none.entity_types, none.edge_types) == ([], [])
    graph: Any = zep.graph  # whose type hints lack this method
    graph.set_ontology(entities={"Shop": Shop}, edges={"WORKS_AT": WorksAt})
    declared = zep.graph.list_entity_types()
    assert declared.entity_types == [
        EntityType(name="Shop", description="A place that sells things.", properties=[])
    ]
    assert declared.edge_types == [
        EdgeType(
            name="WORKS_AT",
            description="A person's place of work.",
            properties=[],
            source_targets=[],
        )
    ]
    zep.graph.add(user_id="ann", type="text", data="Ann found a shop in Porto.")
    labels = {node.name: node.labels for node in zep.graph.node.get_by_user_id("ann")}
    assert labels["Porto"] == ["Entity", "Shop"]
    assert zep.graph.set_entity_types_internal() == SuccessResponse(message="OK")
    assert zep.graph.list_entity_types() == none
