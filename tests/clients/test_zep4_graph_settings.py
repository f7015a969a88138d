"""Zep's own Python client, zep-cloud 4.0.1, against the running server: what graphs have set."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk import model
from tests.clients.zep4 import NOBODY, refusal, values


def test_instructions_of_graphs(zep: Any, graph: str) -> None:
    """A graph inherits the instructions of the project until it has its own."""
    of_project = [model("CustomInstruction", name="tone", text="Be exact.")]
    zep.project.set_instructions(instructions=of_project)
    inherited = zep.graph.get_instructions(graph)
    assert (values(inherited["instructions"], "name"), inherited["inherited"]) == (["tone"], True)
    own = [model("CustomInstruction", name="parcels", text="They begin with PX.")]
    written = zep.graph.set_instructions(graph, instructions=own)
    assert (values(written["instructions"], "name"), written["inherited"]) == (["parcels"], False)
    assert zep.graph.get_instructions(graph) == written
    assert zep.graph.get_instructions(zep.graph.create()["uuid"]) == inherited
    empty = zep.graph.set_instructions(graph)
    assert (empty["instructions"], empty["inherited"]) == ([], False)
    assert zep.graph.set_instructions(graph, inherited=True) == inherited
    twice = refusal(zep.graph.set_instructions, graph, instructions=own * 2)
    assert twice == (400, "invalid_request", "instructions.1.name")
    assert refusal(zep.graph.get_instructions, NOBODY) == (404, "not_found", None)


def test_observation_steering_of_graphs(zep: Any, graph: str) -> None:
    """A graph inherits the steering of the project until it has its own, with effect."""
    habit = model("ObservationType", name="Travel", description="Where people go.")
    zep.project.set_observation_steering(instruction="Prefer habits.")
    inherited = zep.graph.get_observation_steering(graph)
    assert (inherited["instruction"], inherited["inherited"]) == ("Prefer habits.", True)
    written = zep.graph.set_observation_steering(graph, types=[habit])
    assert (values(written["types"], "name"), written["inherited"]) == (["Travel"], False)
    assert zep.graph.get_observation_steering(graph) == written
    for text in ("I like Oslo travel.", "Oslo travel is slow."):
        zep.graph.episode.add(graph, data=text)
    assert {tuple(labels) for labels in values(zep.graph.observation.list(graph), "labels")} == {
        ("Observation", "Travel")
    }
    assert zep.graph.set_observation_steering(graph, inherited=True) == inherited


def test_ontologies_of_graphs(zep: Any, graph: str) -> None:
    """A graph inherits the ontology of the project until it has its own; its nodes are labelled."""
    age = model("EntityProperty", name="age", type="int", description="In years.")
    person = model("EntityType", name="Person", description="A human being.", properties=[age])
    city = model("EntityType", name="City", description="A town.")
    ends = [model("EdgeSourceTarget", source="Person", target="City")]
    lives = model("EdgeType", name="LIVES_IN", description="Where one lives.", source_targets=ends)
    zep.project.set_ontology(entity_types=[person], edge_types=[])
    inherited = zep.graph.get_ontology(graph)
    assert (values(inherited["entity_types"], "name"), inherited["inherited"]) == (["Person"], True)
    written = zep.graph.set_ontology(graph, entity_types=[city], edge_types=[lives])
    assert (values(written["entity_types"], "name"), written["inherited"]) == (["City"], False)
    assert written["edge_types"][0]["source_targets"] == [{"source": "Person", "target": "City"}]
    assert zep.graph.get_ontology(graph) == written
    zep.graph.episode.add(graph, data="Ann likes the city Oslo.", strict_ontology=True)
    zep.graph.episode.add(graph, data="Ann likes Mud.", strict_ontology=True)
    assert {one["name"]: one["labels"] for one in zep.graph.node.list(graph)}["Oslo"] == [
        "Entity",
        "City",
    ]
    assert len(zep.graph.edge.list(graph)) == 1
    assert zep.graph.set_ontology(graph, inherited=True) == inherited
    reserved = model("EntityProperty", name="uuid", type="text", description="x")
    wrong = model("EntityType", name="City", description="A town.", properties=[reserved])
    refused = refusal(zep.graph.set_ontology, graph, entity_types=[wrong])
    assert refused == (400, "invalid_request", "entity_types.0.properties.0.name")
    many = [model("EntityType", name=f"T{number}", description="x") for number in range(11)]
    assert refusal(zep.graph.set_ontology, graph, entity_types=many)[2] == "entity_types"
    assert zep.graph.get_ontology(graph) == inherited


def category(key: str) -> dict[str, Any]:
    """Return a category of a content policy."""
    return model("ContentPolicyCategoryRequest", key=key, description=f"About {key}.")


def rule(key: str, example: str) -> dict[str, Any]:
    """Return a rule of a category that prohibits texts with the words of an example."""
    return model(
        "ContentPolicyRuleRequest",
        category_key=key,
        description=f"No {example}.",
        prohibited_examples=[example],
    )


def test_content_policies_of_graphs(zep: Any, graph: str) -> None:
    """A graph is bound to the policy of its creation; what violates it is not learned."""
    before = zep.graph.get_content_policy(graph)
    assert (before["revision"], before["categories"], before["rules"]) == (0, [], [])
    assert zep.graph.list_content_policy_events(graph) == []
    zep.project.set_content_policy(categories=[category("health")], rules=[rule("health", "sick")])
    added = {"categories": [category("money")], "rules": [rule("money", "salary")]}
    bound = zep.graph.create(content_policy=model("GraphContentPolicyRequest", **added))["uuid"]
    policy = zep.graph.get_content_policy(bound)
    assert (values(policy["categories"], "key"), policy["revision"]) == (["health", "money"], 1)
    assert zep.graph.get_content_policy(graph) == before
    data = "Ann is sick.\nAnn likes Oslo.\nThe salary of Ann is low."
    episode = zep.graph.episode.add(bound, data=data)["episode"]
    assert values(zep.graph.edge.list(bound), "fact") == ["Ann likes Oslo."]
    state = episode["content_policy"]
    assert (state["violated"], state["dropped_count"], state["retained_count"]) == (True, 2, 1)
    events = zep.graph.list_content_policy_events(bound, page_size=1)
    assert values(events, "artifact_kind") == ["episode", "edge", "edge"]
    assert (events[0]["category_keys"], events[2]["category_keys"]) == (
        ["health", "money"],
        ["health"],
    )
    assert zep.graph.list_content_policy_events(bound, filters={"episode_uuid": NOBODY}) == []
    matched = zep.graph.list_content_policy_events(bound, filters={"drop_reason": "match"})
    assert len(matched) == 3
    assert refusal(zep.graph.episode.get, bound, episode["uuid"]) == (404, "not_found", None)
    assert zep.graph.episode.list(bound) == []
    assert zep.graph.search_episodes(bound, query="Ann") == []
    zep.project.update(include_policy_violating_episodes=True)
    assert zep.graph.episode.get(bound, episode["uuid"]) == episode
    zep.graph.episode.add(bound, data="Ann likes Rome.")
    violating = zep.graph.episode.list(bound, filters={"content_policy_violated": True})
    assert violating == [episode]
    kept = zep.graph.search_episodes(bound, query="Ann", filters={"content_policy_violated": False})
    assert values(kept, "content") == ["Ann likes Rome."]
    stale = model("GraphContentPolicyRequest", project_revision=7)
    refused = refusal(zep.graph.create, content_policy=stale)
    assert refused[:2] == (409, "content_policy_revision_stale")
    orphan = model("GraphContentPolicyRequest", rules=[rule("sport", "run")])
    refused = refusal(zep.graph.create, content_policy=orphan)
    assert refused == (400, "invalid_request", "content_policy.rules.0.category_key")
