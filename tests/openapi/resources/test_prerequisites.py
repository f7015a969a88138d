"""The calls that make what a call needs: of every bundled operation through HTTP, and of documents
that say nothing but their shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.calls import perform
from tests.support.petshop import petshop
from tests.support.server import ROOT, Server, running
from understudy.openapi.contract import Contract
from understudy.openapi.resources.call import example_arguments
from understudy.openapi.resources.prerequisites import MOST_CALLS, Prerequisites
from understudy.serving.project import find_contract

#: The operations whose example does not succeed, whatever is called before, and why.
EXCEPTIONS = {
    "eliza": {"connectWebsocket": "Socket.IO is not spoken by single requests"},
    "zep4": {
        "lookupThread": "only v2 and v3, another document, make threads with such an id",
        "lookupGraph": "only v2 and v3, another document, make graphs with such an id",
    },
}


@pytest.mark.parametrize("name", ["eliza", "zep", "zep4"])
def test_example_of_each_bundled_operation_succeeds_after_its_prerequisites(
    server: Server, name: str
) -> None:
    """In a new namespace each; the exceptions have reasons, and are exceptions."""
    assert _refused(server.url, find_contract(name)) == EXCEPTIONS.get(name, {}).keys()


def test_example_of_each_operation_of_a_project_succeeds_after_its_prerequisites() -> None:
    """The orders that `examples/orders` has are made with ids that the server draws."""
    with running(str(ROOT / "examples" / "orders")) as server:
        contract = find_contract(str(ROOT / "examples" / "orders" / "specs" / "orders.yaml"))
        assert _refused(server.url, contract) == set()


def test_pet_of_the_petshop_is_put_before_it_is_got(tmp_path: Path) -> None:
    """Where nothing else makes a resource, PUT to its own path does."""
    with petshop(tmp_path) as shop:
        contract = Contract.load(tmp_path / "specs" / "shop.yaml")
        calls = Prerequisites(contract).calls(contract.operation("GET", "/pets/{id}"))
        assert _ids(calls) == ["putPet", "getPet"]
        assert [r.status_code for r in perform(shop.http, "http://localhost/_ns/a", calls)] == [
            200,
            200,
        ]


def _refused(url: str, contract: Contract) -> set[str]:
    """Return the operations whose example is refused after its prerequisites."""
    prerequisites = Prerequisites(contract)
    refused = set()
    with httpx.Client() as http:
        for number, operation in enumerate(contract.operations):
            origin = f"{url}/_ns/needs-{contract.name}-{number}"
            responses = perform(http, origin, prerequisites.calls(operation))
            if not responses[-1].is_success:
                refused.add(operation.id)
            http.delete(f"{url}/_understudy/namespaces/needs-{contract.name}-{number}")
    return refused


def _ids(calls: list[Any]) -> list[str]:
    return [call.operation.id for call in calls]


def _contract(paths: dict[str, Any]) -> Contract:
    return Contract("x", {"openapi": "3.1.0", "paths": paths})


def _operation(name: str, body: Any = None, response: Any = None, **more: Any) -> dict[str, Any]:
    media = {"application/json": {"example": response}}
    operation = {"operationId": name, "responses": {"200": {"content": media}}, **more}
    if body is not None:
        schema = {"type": "object", "properties": {key: {"type": "string"} for key in body}}
        content = {"application/json": {"schema": schema, "example": body}}
        operation["requestBody"] = {"content": content}
    return operation


def _at(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "example": f"{name}-1", **more}


BY_SHAPE: dict[str, Any] = {
    "/teams": {"post": _operation("addTeam", {"title": "a"}, {"team": {"id": "t9"}})},
    "/teams/{teamId}/people": {
        "parameters": [_at("teamId")],
        "post": _operation("addPerson", {"name": "Ann"}, {"id": 7}),
    },
    "/teams/{teamId}/people/{id}": {
        "parameters": [_at("teamId"), _at("id")],
        "get": _operation("getPerson"),
    },
}


def test_shape_of_the_paths_tells_what_makes_a_resource() -> None:
    """One team is made for both; its id, and the person's, are those that the server draws."""
    contract = _contract(BY_SHAPE)
    calls = Prerequisites(contract).calls(contract.operation("GET", "/teams/{teamId}/people/{id}"))
    assert _ids(calls) == ["addTeam", "addPerson", "getPerson"]
    filled = calls[2].filled([{"team": {"id": "t9"}}, {"id": 7}])
    assert filled.path == {"teamId": "t9", "id": 7}
    assert calls[2].filled([None, {}]).path == {"teamId": "teamId-1", "id": "id-1"}


def test_client_chooses_the_id_that_is_wanted() -> None:
    """What a person types as an id is what is made, also where another record has it."""
    contract = find_contract("zep")
    operation = next(o for o in contract.operations if o.id == "addMemory")
    arguments = example_arguments(operation).with_value("path", "sessionId", "mine")
    user, session, _ = Prerequisites(contract).calls(operation, arguments)
    assert session.arguments.body["session_id"] == "mine"
    assert session.arguments.body["user_id"] == user.arguments.body["user_id"]


def test_link_of_openapi_tells_what_makes_a_resource() -> None:
    """A link wins over the shape of the paths."""
    paths: dict[str, Any] = {**BY_SHAPE, "/hire": {"post": _operation("hire", {}, {"who": "p1"})}}
    link = {"operationId": "getPerson", "parameters": {"id": "$response.body#/who"}}
    paths["/hire"]["post"]["responses"]["200"]["links"] = {"person": link}
    contract = _contract(paths)
    calls = Prerequisites(contract).calls(contract.operation("GET", "/teams/{teamId}/people/{id}"))
    assert _ids(calls) == ["addTeam", "hire", "getPerson"]
    assert calls[2].filled([{}, {"who": "p1"}]).path["id"] == "p1"


def test_link_that_passes_on_an_id_makes_nothing() -> None:
    """Who gets a person by an id has the id already: the person is made as before."""
    person = {**BY_SHAPE["/teams/{teamId}/people/{id}"], "patch": _operation("patchPerson")}
    link = {"operationId": "patchPerson", "parameters": {"id": "$response.body#/id"}}
    person["get"] = _operation("getPerson", {}, {"id": "p1"})
    person["get"]["responses"]["200"]["links"] = {"patch": link}
    contract = _contract({**BY_SHAPE, "/teams/{teamId}/people/{id}": person})
    operation = contract.operation("PATCH", "/teams/{teamId}/people/{id}")
    calls = Prerequisites(contract).calls(operation)
    assert _ids(calls) == ["addTeam", "addPerson", "patchPerson"]


HOSTILE: list[Any] = [None, 5, "", "a", [], ["a"], {}, {"operation": []}, {"operation": "a"}]


@pytest.mark.parametrize("value", HOSTILE, ids=str)
def test_plan_ends_whatever_a_document_says(value: Any) -> None:
    """Operations that need each other, or themselves, are called once."""
    mad = {"x-understudy-references": value, "x-understudy-seeded": value}
    paths = {
        f"/{name}/{{id}}": {
            "parameters": [_at("id", **mad)],
            "post": _operation(name, {"aId": "1"}, [[{"id": {}}]], **{"x-understudy-needs": value}),
        }
        for name in "abc"
    }
    contract = _contract(paths)
    for operation in contract.operations:
        calls = Prerequisites(contract).calls(operation)
        assert calls[-1].operation is operation
        assert len(calls) <= 3


@pytest.mark.parametrize("length", [8, 100])
def test_plan_is_bounded(length: int) -> None:
    """A chain of resources that each need the next one many times is walked once, and cut off."""
    paths = {
        f"/p{number}": {
            "post": _operation(
                f"o{number}", {"x": "1"}, {}, **{"x-understudy-needs": [f"o{number + 1}"] * 50}
            )
        }
        for number in range(length)
    }
    contract = _contract(paths)
    calls = Prerequisites(contract).calls(contract.operation("POST", "/p0"))
    assert len(calls) <= MOST_CALLS + 1
