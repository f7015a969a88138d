"""What a project sets for all of its graphs in Zep, and what a graph has of its own instead."""

from __future__ import annotations

import pytest

from handlers.zep.model.graph.owner import Owner, known_owner
from handlers.zep.model.owners import owner_by_graph_uuid, targets_of_request
from handlers.zep.model.project import change_project, find_project
from handlers.zep.model.settings.instructions import (
    CUSTOM_INSTRUCTIONS,
    add_instructions,
    instructions_of,
    remove_instructions,
)
from handlers.zep.model.settings.ontology import (
    ONTOLOGY,
    declare,
    declared,
    entity_types,
    labels_of,
)
from handlers.zep.model.settings.steering import STEERING, steer, steering_of
from handlers.zep.users import add_user, delete_user, update_user
from understudy import Clock, Problem, World
from understudy.runtime.ids import Ids
from understudy.runtime.stores.memory_store import MemoryStore

ANN: Owner = ("user", "ann")
TOWN = {"entity_types": [{"name": "Town", "description": "A town."}]}
TERSE, WARM = {"name": "terse", "text": "Be terse."}, {"name": "warm", "text": "Be warm."}


@pytest.fixture
def world() -> World:
    """A world with a user."""
    created = World(MemoryStore(), Clock(), Ids("settings"))
    add_user(created, {"user_id": "ann"})
    return created


def labels(world: World, text: str) -> list[str]:
    """Return the labels of a node in the graph of Ann."""
    return labels_of(text, entity_types(world, ANN, known_owner(world, ANN)))


def test_ontology(world: World) -> None:
    """A graph has the project's types until it has its own, and again when these are removed."""
    declare(world, TOWN)
    assert labels(world, "the town") == ["Entity", "Town"]
    declare(world, {"entity_types": [{"name": "Tea", "description": "A tea."}]}, ANN)
    assert labels(world, "tea in town") == ["Entity", "Tea"]
    assert not ONTOLOGY.is_inherited(world, ANN)
    ONTOLOGY.remove(world, ANN)
    assert declared(world, ANN) == declared(world)
    assert ONTOLOGY.is_inherited(world, ANN)


def test_default_ontology(world: World) -> None:
    """Nodes have labels of Zep's own types unless their user disables these."""
    assert labels(world, "a location") == ["Entity", "Location"]
    update_user(world, "ann", {"disable_default_ontology": True})
    assert labels(world, "a location") == ["Entity"]
    update_user(world, "ann", {"disable_default_ontology": False})
    assert labels(world, "a location") == ["Entity", "Location"]


def test_instructions(world: World) -> None:
    """They are added one by one, replaced by name, and inherited while there are none."""
    add_instructions(world, CUSTOM_INSTRUCTIONS, None, [TERSE])
    assert instructions_of(world, CUSTOM_INSTRUCTIONS, ANN) == [TERSE]
    add_instructions(world, CUSTOM_INSTRUCTIONS, ANN, [WARM, {**WARM, "text": "Be kind."}])
    assert instructions_of(world, CUSTOM_INSTRUCTIONS, ANN) == [{**WARM, "text": "Be kind."}]
    with pytest.raises(Problem, match="at most 1"):
        add_instructions(world, CUSTOM_INSTRUCTIONS, ANN, [TERSE], 1)
    remove_instructions(world, CUSTOM_INSTRUCTIONS, ANN, ["warm"])
    assert instructions_of(world, CUSTOM_INSTRUCTIONS, ANN) == [TERSE]


def test_steering(world: World) -> None:
    """An empty steering removes that of a user."""
    steer(world, None, {"instruction": "Be bold."})
    assert steer(world, ANN, {"types": [WARM | {"description": "Warm."}]})["instruction"] == ""
    assert steer(world, ANN, {})["instruction"] == "Be bold."
    assert STEERING.is_inherited(world, ANN)


def test_settings_of_a_deleted_user(world: World) -> None:
    """They are gone when a user of the same id is added again."""
    declare(world, TOWN, ANN)
    steer(world, ANN, {"instruction": "Be bold."})
    delete_user(world, "ann")
    add_user(world, {"user_id": "ann"})
    assert ONTOLOGY.is_inherited(world, ANN)
    assert steering_of(world, ANN) == {"instruction": "", "types": []}


def test_addresses_of_graphs(world: World) -> None:
    """The uuid of a user names its graph as well as the uuid of the graph."""
    user = add_user(world, {"user_id": "bob"})
    assert owner_by_graph_uuid(world, user["graph_uuid"].upper()) == ("user", "bob")
    assert owner_by_graph_uuid(world, user["uuid"]) == ("user", "bob")
    assert owner_by_graph_uuid(world, world.ids.uuid()) is None
    assert targets_of_request(world, {"user_ids": ["ann", "bob"]}) == [ANN, ("user", "bob")]
    assert targets_of_request(world, {}) == [None]


def test_project(world: World) -> None:
    """It keeps what is given, and its other fields."""
    created_at = find_project(world)["created_at"]
    project = change_project(world, {"default_time_zone": "Europe/Berlin", "name": "other"})
    assert (project["default_time_zone"], project["created_at"]) == ("Europe/Berlin", created_at)
    assert find_project(world)["name"] == "understudy"
