"""Zep's own Python client, zep-cloud 3.30.0, against the running server: the project, instructions
and the steering of observations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import Sdk, SdkError, model
from tests.clients.zep_python import KEY

CITIES = {"name": "cities", "text": "Note every city."}
DATES = {"name": "dates", "text": "Note every date."}


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client with the user `ada` and the graph `desk`."""
    client = sdk3.at(f"{origin}/api/v2", KEY)
    client.user.add(user_id="ada", first_name="Ada")
    client.graph.create(graph_id="desk")
    return client


def test_project_has_a_time_zone(zep: Any) -> None:
    """The time zone is set and taken away; one that IANA does not have is refused."""
    project = zep.project.get()["project"]
    assert "default_time_zone" not in project
    changed = zep.project.update(default_time_zone="Europe/Stockholm")["project"]
    assert changed == {**project, "default_time_zone": "Europe/Stockholm"}
    with pytest.raises(SdkError, match="Europe/Uppsala is not a time zone") as refused:
        zep.project.update(default_time_zone="Europe/Uppsala")
    assert (refused.value.kind, refused.value.status) == ("BadRequestError", 400)
    assert zep.project.get()["project"] == changed
    assert zep.project.update(default_time_zone=None)["project"] == project


def test_steering_is_inherited_from_the_project(zep: Any) -> None:
    """A user or a graph has the steering of the project until it has its own."""
    cities = {"instruction": "Note cities.", "types": []}
    assert zep.project.get_observation_steering() == {}
    zep.project.set_observation_steering(**cities)
    own = {"types": [{"name": "Residence", "description": "Where a person lives."}]}
    zep.project.set_observation_steering(
        user_id="ada", types=[model("ObservationType", **own["types"][0])]
    )
    assert zep.project.get_observation_steering() == {"instruction": "Note cities."}
    assert zep.project.get_observation_steering(graph_id="desk") == {"instruction": "Note cities."}
    assert zep.project.get_observation_steering(user_id="ada") == own
    zep.project.set_observation_steering(user_id="ada")
    assert zep.project.get_observation_steering(user_id="ada") == {"instruction": "Note cities."}
    for unknown in ({"user_id": "bob"}, {"graph_id": "none"}):
        with pytest.raises(SdkError, match="not found") as refused:
            zep.project.get_observation_steering(**unknown)
        assert refused.value.status == 404
    with pytest.raises(SdkError, match="user_id or graph_id, not both") as refused:
        zep.project.get_observation_steering(user_id="ada", graph_id="desk")
    assert refused.value.status == 400


def test_custom_instructions_belong_to_a_project_a_user_or_a_graph(zep: Any) -> None:
    """They are added where the request says, and one of a known name replaces the other."""
    zep.graph.add_custom_instructions(instructions=[model("CustomInstruction", **CITIES)])
    both = [model("CustomInstruction", **one) for one in (CITIES, DATES)]
    zep.graph.add_custom_instructions(instructions=both, user_ids=["ada"], graph_ids=["desk"])
    changed = {**CITIES, "text": "Note only capitals."}
    zep.graph.add_custom_instructions(
        instructions=[model("CustomInstruction", **changed)], graph_ids=["desk"]
    )
    listed = zep.graph.list_custom_instructions
    assert listed()["instructions"] == [CITIES]
    assert listed(user_id="ada")["instructions"] == [CITIES, DATES]
    assert listed(graph_id="desk")["instructions"] == [changed, DATES]
    zep.graph.delete_custom_instructions(graph_ids=["desk"], instruction_names=["cities"])
    assert listed(graph_id="desk")["instructions"] == [DATES]
    zep.graph.delete_custom_instructions(user_ids=["ada"])
    assert listed(user_id="ada")["instructions"] == []
    assert listed()["instructions"] == [CITIES]


def test_instructions_for_unknown_targets_change_nothing(zep: Any) -> None:
    """A target or a name that is unknown is 404, and the known ones stay as they were."""
    one = [model("CustomInstruction", **CITIES)]
    with pytest.raises(SdkError, match="not found") as refused:
        zep.graph.add_custom_instructions(instructions=one, user_ids=["ada", "bob"])
    assert (refused.value.kind, refused.value.status) == ("NotFoundError", 404)
    assert zep.graph.list_custom_instructions(user_id="ada")["instructions"] == []
    zep.graph.add_custom_instructions(instructions=one)
    with pytest.raises(SdkError, match="not found"):
        zep.graph.delete_custom_instructions(instruction_names=["cities", "other"])
    assert zep.graph.list_custom_instructions()["instructions"] == [CITIES]
    with pytest.raises(SdkError, match="not found"):
        zep.graph.list_custom_instructions(graph_id="none")


def test_user_summary_instructions_are_at_most_five(zep: Any) -> None:
    """A user has up to five; a sixth is refused, and then none of the request is added."""

    def given(*names: str) -> list[dict[str, Any]]:
        return [model("UserInstruction", name=name, text="Say it.") for name in names]

    def names(**target: str) -> list[str]:
        listed = zep.user.list_user_summary_instructions(**target)["instructions"]
        return [one["name"] for one in listed]

    zep.user.add_user_summary_instructions(instructions=given("a", "b", "c"), user_ids=["ada"])
    zep.user.add_user_summary_instructions(instructions=given("p"))
    with pytest.raises(SdkError, match="at most 5 instructions") as refused:
        zep.user.add_user_summary_instructions(instructions=given("d", "e", "f"), user_ids=["ada"])
    assert refused.value.status == 400
    assert (names(user_id="ada"), names()) == (["a", "b", "c"], ["p"])
    zep.user.delete_user_summary_instructions(user_ids=["ada"], instruction_names=["b"])
    assert names(user_id="ada") == ["a", "c"]
    zep.user.delete_user_summary_instructions()
    assert names() == []
    with pytest.raises(SdkError, match="not found"):
        zep.user.list_user_summary_instructions(user_id="bob")
