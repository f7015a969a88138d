"""Actions: functions of a handlers package that tests call, and the shapes of its records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.petshop import FILES, Petshop, petshop, write_project
from tests.support.receiver import receiving
from understudy.client import ControlError
from understudy.errors import UsageError
from understudy.serving.project import load

ACTIONS = '''
from typing import Annotated, Literal, NotRequired, TypedDict

import msgspec
from understudy import Problem, World


class Toy(TypedDict):
    name: Annotated[str, msgspec.Meta(min_length=1)]
    worth: NotRequired[float | None]


class Pet(TypedDict):
    name: str
    toys: NotRequired[dict[str, Toy]]


PETS = Collection("pets", (Index(order="age"),), record=Pet)
COLLECTIONS = (PETS,)


Kind = Literal["cat", "dog"]


def plant_pet(world: World, *, name: str, kind: Kind = "cat", toy: Toy | None = None):
    """Add a pet that nobody has created.

    It is there at once."""
    if world.store.get(PETS, name):
        raise Problem(409, f"there is a pet {name}")
    world.store.put(PETS, name, {"name": name, "kind": kind, "toy": toy})
    world.webhooks.send("shopHook")
    return {"pets": [name]}


def break_down(world: World):
    world.store.put(PETS, "half", {"name": "half"})
    return object()


ACTIONS = {"plant_pet": plant_pet, "break_down": break_down}
'''


def told(shop: Petshop, action: str, **arguments: Any) -> tuple[int, Any]:
    """Return the status of a call, and its result or the violations or the problem."""
    response = shop.ask("POST", f"/actions/shop/{action}", {"arguments": arguments})
    problem = response.json()
    if "result" in problem:
        return response.status_code, problem["result"]
    violations = {v["at"]: v["message"] for v in problem["violations"]}
    return response.status_code, violations or problem["detail"]


def test_action_is_called_in_the_world_of_a_tenant(tmp_path: Path) -> None:
    """Its writes are committed, and its webhooks are sent; both APIs of the state have it."""
    with receiving() as receiver, petshop(tmp_path, shop=ACTIONS) as shop:
        shop.ask("PUT", "/webhooks/shopHook", {"url": receiver.url})
        zoo, club = shop.double("shop"), shop.double("club")
        assert zoo.actions.plant_pet(name="tom", kind="dog") == {"pets": ["tom"]}
        assert club.plant.pet(name="kim", toy={"name": "ball"}) == {"pets": ["kim"]}
        shop.control.wait_for("shopHook", direction="outgoing", count=2)
        shop.http.headers["x-key"] = "understudy"
        assert shop.get("shop", "tom")["kind"] == "dog"
        assert shop.get("shop", "kim")["toy"] == {"name": "ball"}
        shop.http.headers["x-key"] = "ann"
        assert "name" not in shop.get("shop", "tom")
        shop.control.call_action("shop", "plant_pet", {"name": "tom"}, tenant="ann")
        assert shop.get("shop", "tom")["kind"] == "cat"
        with pytest.raises(ControlError, match="there is a pet tom") as refused:
            zoo.plant.pet(name="tom")
        assert refused.value.status == 409
        assert "pet" in dir(club.plant)


def test_actions_take_arguments_by_position(tmp_path: Path) -> None:
    """In the order of the function; a double has them as attributes, too."""
    with petshop(tmp_path, shop=ACTIONS) as shop:
        zoo: Any = shop.double("shop")
        assert zoo.plant.pet("tom", "dog") == {"pets": ["tom"]}
        assert zoo.plant_pet("kim", toy={"name": "ball"}) == {"pets": ["kim"]}
        with pytest.raises(TypeError, match="plant_pet has 3 arguments, not 4: name, kind, toy"):
            zoo.plant.pet("tom", "dog", None, 1)
        with pytest.raises(TypeError, match="plant_pet got the argument 'name' twice"):
            zoo.plant.pet("tom", name="tim")
        with pytest.raises(ControlError, match=r"shop\.plant has no 'pets'; did you mean"):
            zoo.plant.pets("tom")
        with pytest.raises(ControlError, match=r"but an action .*, or shop\.break_down\(\.\.\.\)"):
            zoo.settings(break_down=True)
        with pytest.raises(AttributeError, match="did you mean 'plant_pet'"):
            zoo.plant_pets("tom")
        with pytest.raises(AttributeError, match="did you mean 'fail_next'"):
            zoo.fail_nxt(status=503)


def test_actions_are_listed_with_their_arguments(tmp_path: Path) -> None:
    """The summary is the first line of the docstring, the arguments a JSON Schema."""
    with petshop(tmp_path, shop=ACTIONS) as shop:
        listed = {(a["api"], a["name"]): a for a in shop.control.actions()}
        assert sorted(listed) == [
            *(("club", "break_down"), ("club", "plant_pet")),
            *(("shop", "break_down"), ("shop", "plant_pet")),
        ]
        action = listed["club", "plant_pet"]
        assert action["summary"] == "Add a pet that nobody has created."
        schema = action["arguments"]["$defs"]["plant_pet"]
        assert schema["required"] == ["name"]
        assert schema["properties"]["kind"] == {"enum": ["cat", "dog"], "default": "cat"}


def test_wrong_calls_say_what_there_is(tmp_path: Path) -> None:
    """All violations at once with their places; a failed action leaves nothing."""
    with petshop(tmp_path, shop=ACTIONS) as shop:
        toy = {"name": "", "worth": "much"}
        assert told(shop, "plant_pet", kind="fox", age=3, toy=toy) == (
            400,
            {
                "/arguments": '"name" is a required property',
                "/arguments/kind": '"fox" is not one of "cat" or "dog"',
                "/arguments/age": "plant_pet has no argument 'age'; there are name, kind, toy",
                "/arguments/toy/name": '"" is shorter than 1 character',
                "/arguments/toy/worth": '"much" is not of type "number"',
            },
        )
        known = "; did you mean 'plant_pet'? There are plant_pet, break_down"
        assert told(shop, "plant_pat") == (404, f"shop has no action 'plant_pat'{known}")
        assert told(shop, "break_down")[0] == 500
        assert told(shop, "plant_pet", name="half")[0] == 200
        with pytest.raises(ControlError, match="did you mean 'pet'"):
            shop.double("club").plant.pets(name="tom")
        response = shop.ask("POST", "/actions/zoo/plant_pet")
        assert response.json()["detail"] == "there is no API 'zoo'; there are club, shop"
        for tenant in ("ann", "bob"):
            body = {"tenant": tenant, "arguments": {"name": "tim"}}
            shop.ask("POST", "/actions/shop/plant_pet", body)
        shop.ask("PUT", "/state", {"apis": {"shop": {"ann": {}, "bob": {}}}})
        assert told(shop, "plant_pet", name="x") == (
            409,
            "shop has 2 tenants: give one of 'ann', 'bob'",
        )


@pytest.mark.parametrize(
    "function",
    [
        "def act(): ...",
        "def act(world, name: str): ...",
        "def act(world, *, name): ...",
        "async def act(world): ...",
        "act = 7",
    ],
)
def test_wrong_action_is_an_error_at_the_start(tmp_path: Path, function: str) -> None:
    """Its arguments are named and have types."""
    package = f"PETS = None\n{function}\nACTIONS = {{'act': act}}\n"
    write_project(tmp_path, {**FILES, "handlers/shop/__init__.py": package})
    with pytest.raises(UsageError, match="shop: the action act must be a plain function"):
        load([tmp_path])


def test_imported_records_must_fit_their_type(tmp_path: Path) -> None:
    """All violations are reported, with places that exist in the state; nothing changes."""
    toys = {"a/b": {"name": 5}, "ball": {"name": "ball", "worth": 1}}
    records = {"tom": {"name": 1, "toys": toys}, "k~m": {}, "rex": {"name": "Rex", "age": 3}}
    with petshop(tmp_path, shop=ACTIONS) as shop:
        state = {"apis": {"shop": {"ann": {"pets": {"records": records}}}}}
        refused = shop.ask("PUT", "/state", state)
        violations = {v["at"]: v["message"] for v in refused.json()["violations"]}
        place = "/apis/shop/ann/pets/records"
        assert (refused.status_code, violations) == (
            409,
            {
                f"{place}/tom/name": '1 is not of type "string"',
                f"{place}/tom/toys/a~1b/name": '5 is not of type "string"',
                f"{place}/k~0m": '"name" is a required property',
            },
        )
        del records["tom"], records["k~m"]
        assert shop.ask("PUT", "/state", state).status_code == 200
        (collection,) = shop.ask("GET", "/collections").json()
        assert (collection["api"], collection["name"]) == ("shop", "pets")
        assert collection["record"]["$defs"]["Pet"]["required"] == ["name"]


def test_import_of_many_wrong_records_is_bounded(tmp_path: Path) -> None:
    """The first 100 violations are reported, and the rest is not looked at."""
    records: dict[str, Any] = {str(number): {} for number in range(20_000)}
    with petshop(tmp_path, shop=ACTIONS) as shop:
        state = {"apis": {"shop": {"ann": {"pets": {"records": records}}}}}
        refused = shop.ask("PUT", "/state", state)
    assert (refused.status_code, len(refused.json()["violations"])) == (409, 100)
