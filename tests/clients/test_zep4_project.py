"""Zep's own Python client, zep-cloud 4.0.1, against the running server: the project and what it
sets for its graphs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import Sdk, SdkError, model

HEALTH = {"key": "health", "description": "The health of a person."}
ILLNESS = {
    "category_key": "health",
    "description": "Names an illness.",
    "prohibited_examples": ["diabetes"],
}


@pytest.fixture
def v3(sdk3: Sdk, origin: str) -> Any:
    """Return a client of v3 with the same key."""
    return sdk3.at(f"{origin}/api/v2")


def test_project_is_changed(zep: Any, v3: Any) -> None:
    """Its time zone and its reads of episodes are set; v3 shows the same project."""
    project = zep.project.get()
    assert project["include_policy_violating_episodes"] is False
    zone = {"default_time_zone": "Europe/Stockholm"}
    changed = zep.project.update(**zone, include_policy_violating_episodes=True)
    assert changed == {**project, **zone, "include_policy_violating_episodes": True}
    assert zep.project.get() == changed
    assert v3.project.get()["project"]["default_time_zone"] == "Europe/Stockholm"
    assert "default_time_zone" not in zep.project.update(default_time_zone=None)
    with pytest.raises(SdkError, match="Nowhere is not a time zone") as unknown:
        zep.project.update(default_time_zone="Nowhere")
    assert unknown.value.status == 400
    with pytest.raises(SdkError) as refused:
        zep.project.update(hyperedges_enabled=True)
    assert (refused.value.kind, refused.value.status) == ("ForbiddenError", 403)
    assert refused.value.body["error"]["code"] == "permission_denied"


def test_ontology_is_that_of_v2_and_v3(zep: Any, v3: Any) -> None:
    """Types of entities and edges are replaced; v3 spells the types of properties otherwise."""
    year = model("EntityProperty", name="founded", description="A year.", type="int")
    city = model("EntityType", name="City", description="A city.", properties=[year])
    pair = model("EdgeSourceTarget", source="User", target="City")
    lives = model("EdgeType", name="LIVES_IN", description="Lives there.", source_targets=[pair])
    put = zep.project.set_ontology(entity_types=[city], edge_types=[lives])
    assert put["inherited"] is False
    assert put["entity_types"][0]["properties"][0]["type"] == "int"
    assert zep.project.get_ontology() == put
    listed = v3.graph.list_entity_types()
    assert listed["entity_types"][0]["properties"][0]["type"] == "Int"
    assert listed["edge_types"][0]["source_targets"] == [{"source": "User", "target": "City"}]
    with pytest.raises(SdkError, match="there are two of City") as repeated:
        zep.project.set_ontology(entity_types=[city, city])
    assert repeated.value.body["error"]["param"] == "entity_types.1.name"
    reserved = model("EntityProperty", name="summary", description="No.", type="text")
    with pytest.raises(SdkError, match='is not allowed for "summary"'):
        zep.project.set_ontology(entity_types=[{**city, "properties": [reserved]}])
    with pytest.raises(SdkError, match="inherited: true is not one of"):
        zep.project.set_ontology(inherited=True)
    assert zep.project.get_ontology() == put


def test_instructions_and_steering_are_those_of_v3(zep: Any, v3: Any) -> None:
    """They are replaced as a whole, and read by clients of v3."""
    cities = {"name": "cities", "text": "Note every city."}
    put = zep.project.set_instructions(instructions=[model("CustomInstruction", **cities)])
    assert put == zep.project.get_instructions() == {"inherited": False, "instructions": [cities]}
    assert v3.graph.list_custom_instructions()["instructions"] == [cities]
    plan = {"name": "plan", "text": "Which plan?"}
    put = zep.project.set_user_summary_instructions(instructions=[model("UserInstruction", **plan)])
    assert put == zep.project.get_user_summary_instructions()
    assert v3.user.list_user_summary_instructions()["instructions"] == put["instructions"] == [plan]
    kind = {"name": "Residence", "description": "Where a person lives."}
    put = zep.project.set_observation_steering(
        instruction="Note cities.", types=[model("ObservationType", **kind)]
    )
    assert put == {"inherited": False, "instruction": "Note cities.", "types": [kind]}
    assert zep.project.get_observation_steering() == put
    assert v3.project.get_observation_steering()["types"] == [kind]
    assert zep.project.set_observation_steering() == {"inherited": False, "types": []}
    assert zep.project.set_instructions()["instructions"] == []
    with pytest.raises(SdkError, match="there are two of plan"):
        zep.project.set_user_summary_instructions(
            instructions=[model("UserInstruction", **plan)] * 2
        )


def policy(*rules: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that set a policy with one category."""
    return {
        "categories": [model("ContentPolicyCategoryRequest", **HEALTH)],
        "rules": [model("ContentPolicyRuleRequest", **rule) for rule in rules],
    }


def test_content_policy_has_revisions(zep: Any) -> None:
    """Each write is a new revision; what stays in it keeps its id."""
    empty = zep.project.get_content_policy()
    assert (empty["revision"], empty["categories"], empty["rules"]) == (0, [], [])
    first = zep.project.set_content_policy(**policy(ILLNESS))
    other = {**ILLNESS, "description": "Names a medicine."}
    second = zep.project.set_content_policy(**policy(other, ILLNESS))
    assert (first["revision"], second["revision"]) == (1, 2)
    assert second["categories"] == first["categories"]
    assert second["rules"][1] == first["rules"][0]
    assert second["rules"][0]["id"] != first["rules"][0]["id"]
    assert zep.project.get_content_policy() == second
    assert zep.project.list_content_policy_revisions(page_size=2) == [second, first, empty]
    assert zep.project.get_content_policy_revision(first["uuid"]) == first
    with pytest.raises(SdkError, match="content policy revision not found") as unknown:
        zep.project.get_content_policy_revision("2b214ddf-3326-4165-a9af-cb268f63623b")
    assert unknown.value.status == 404


def test_faulty_content_policies_are_refused(zep: Any) -> None:
    """A rule of no category, and what is there twice, are 400, and there is no new revision."""
    faulty = {**ILLNESS, "category_key": "money"}
    with pytest.raises(SdkError, match="the policy has no category money") as refused:
        zep.project.set_content_policy(**policy(faulty))
    assert refused.value.body["error"]["param"] == "rules.0.category_key"
    with pytest.raises(SdkError, match="there are two of "):
        zep.project.set_content_policy(**policy(ILLNESS, ILLNESS))
    with pytest.raises(SdkError, match="prohibited_examples"):
        zep.project.set_content_policy(**policy({**ILLNESS, "prohibited_examples": []}))
    assert zep.project.get_content_policy()["revision"] == 0


def test_content_policy_keeps_facts_out_of_new_graphs(zep: Any) -> None:
    """A graph is bound to the revision of its creation; what a rule prohibits is not learned."""
    text = "Ada has diabetes\nAda has diabetes in a novel\nAda likes tea"
    before = zep.user.create(user_id="before", first_name="Ada")
    permitted = {**ILLNESS, "permitted_examples": ["diabetes novel"]}
    revision = zep.project.set_content_policy(**policy(permitted))
    after = zep.user.create(user_id="after", first_name="Ada")
    zep.project.set_content_policy()
    for user, count in ((before, 3), (after, 2)):
        zep.graph.episode.add(user["graph_uuid"], type="text", data=text)
        facts = [edge["fact"] for edge in zep.graph.edge.list(user["graph_uuid"])]
        assert len(facts) == count
        assert ("Ada has diabetes" in facts) is (count == 3)
    bound = zep.graph.get_content_policy(after["graph_uuid"])
    assert (bound["uuid"], bound["revision"]) == (revision["uuid"], 1)
    assert zep.graph.get_content_policy(before["graph_uuid"])["revision"] == 0
