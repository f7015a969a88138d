"""Schemathesis's requests are about resources that live; those that end one have their own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from understudy.conformance.shape.live_resources import LiveResources
from understudy.conformance.shape.request_ids import RequestIds, in_order, is_ending
from understudy.openapi.contract import Contract


def _operation(name: str, *parameters: str, status: str = "200") -> dict[str, Any]:
    return {
        "operationId": name,
        "parameters": [
            {"name": p, "in": "path", "required": True, "schema": {"type": "integer"}}
            for p in parameters
        ],
        "responses": {status: {"description": "ok", "content": {"application/json": {}}}},
    }


CONTRACT = Contract(
    "toys",
    {
        "openapi": "3.1.0",
        "info": {"title": "Toys", "version": "1"},
        "paths": {
            "/boxes": {"post": _operation("createBox", status="201"), "get": _operation("list")},
            "/boxes/{id}": {"get": _operation("get", "id"), "delete": _operation("drop", "id")},
            "/boxes/{id}/close": {"post": _operation("closeBox", "id")},
            "/boxes/{boxId}/toys": {"post": _operation("addToy", "boxId", status="201")},
            "/boxes/{boxId}/toys/{toyId}": {
                "get": _operation("getToy", "boxId", "toyId"),
                "delete": _operation("breakToy", "boxId", "toyId"),
            },
            "/shutdown": {"post": _operation("shutdown")},
        },
    },
)
BY_ID = {operation.id: operation for operation in CONTRACT.operations}


def asked(ids: RequestIds, name: str, **path: Any) -> dict[str, Any]:
    """Return the path parameters that a request gets."""
    case = SimpleNamespace(id="1", path_parameters=path, query={}, body=None, meta=None)
    ids.fill(case, BY_ID[name], with_body=True)
    return path


def answer(ids: RequestIds, name: str, body: bytes, status: int = 200, **path: Any) -> None:
    """Let the run see the response to a request."""
    case = SimpleNamespace(id="1", path_parameters=path, query={}, body=None, meta=None)
    ids.answered(case, BY_ID[name], SimpleNamespace(status_code=status, content=body))


def test_requests_are_about_what_responses_showed() -> None:
    """A toy is asked for in its own box, and no longer once it was deleted."""
    ids = RequestIds(CONTRACT)
    answer(ids, "list", b'{"data": [{"id": 1}, {"id": 2}, {"id": 3}]}')
    answer(ids, "addToy", b'{"id": 70, "name": "Rex"}', 201, boxId=2)
    assert asked(ids, "getToy", boxId=0, toyId=0) == {"boxId": 2, "toyId": 70}
    assert asked(ids, "get", id=0)["id"] in (1, 2, 3)


def test_an_id_named_after_its_resource_comes_before_a_bare_one() -> None:
    """The `id` beside it may be a number of the database."""
    ids = RequestIds(CONTRACT)
    answer(ids, "createBox", b'{"id": 9, "box_id": 4}', 201)
    assert asked(ids, "addToy", boxId=0) == {"boxId": 4}


def test_what_ends_a_resource_has_one_of_its_own() -> None:
    """The first three boxes are kept for the others."""
    ids = RequestIds(CONTRACT)
    boxes = b"[" + b",".join(b'{"id": %d}' % number for number in range(1, 6)) + b"]"
    answer(ids, "list", boxes)
    for name in ("drop", "closeBox"):
        assert asked(ids, name, id=1)["id"] in (4, 5)
    answer(ids, "drop", b"{}", id=4)
    assert asked(ids, "drop", id=0) == {"id": 5}


def test_what_is_deleted_is_forgotten_with_what_belongs_to_it() -> None:
    """A deleted box has no toys."""
    live = LiveResources(CONTRACT)
    live.learn(BY_ID["addToy"], {"boxId": 2}, None, {"id": 70})
    assert live.find_id("toyid") == 70
    live.forget("/boxes/{boxId}", {"boxId": 2})
    assert live.find_id("toyid") is None
    assert live.is_seen("toyid", 70)


def test_ending_operations_come_last() -> None:
    """First what is deep in the paths, and what ends the server at the very end."""
    layers = in_order(
        CONTRACT, [[SimpleNamespace(method=o.method, path=o.path) for o in CONTRACT.operations]]
    )
    ids = [[CONTRACT.operation(one.method, one.path).id for one in layer] for layer in layers]
    assert ids[1:] == [["breakToy"], ["drop", "closeBox"], ["shutdown"]]
    assert not is_ending(BY_ID["addToy"])


def test_a_field_with_the_name_of_the_parameter_is_the_id() -> None:
    """A box has an `id` of its database, too, which is first, and by which it is not found."""
    ids = RequestIds(CONTRACT)
    answer(ids, "createBox", b'{"id": 1, "box_id": 7, "uuid": "u"}', status=201)
    assert asked(ids, "addToy", boxId=99) == {"boxId": 7}
