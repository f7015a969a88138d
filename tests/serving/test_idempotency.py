"""Idempotency keys: a request that is sent again gets the answer that it had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from understudy.app import Understudy
from understudy.client import ControlClient, ControlError
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.errors import Problem
from understudy.openapi.contract import Contract
from understudy.runtime.stores.store import Collection, Index
from understudy.serving.api import Api
from understudy.serving.handlers_package.shared_state import share_states
from understudy.serving.middleware import idempotency

BY_NUMBER = Index(order="number")
ORDERS = Collection("orders", (BY_NUMBER,))
JSON = {"application/json": {"schema": {"type": "object"}, "example": {"documented": True}}}


def operation(name: str, *statuses: str) -> dict[str, Any]:
    """Return an operation with an idempotency key that declares these statuses."""
    header = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
    return {
        "operationId": name,
        "parameters": [
            {**header, "x-understudy-idempotency-key": True},
            {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
        ],
        "requestBody": {"content": JSON},
        "responses": {status: {"description": "", "content": JSON} for status in statuses},
    }


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders": {"post": operation("createOrder", "201", "409", "422")},
        "/carts": {"post": operation("createCart", "201", "400")},
        "/receipts": {"post": operation("createReceipt", "200", "422")},
    },
}


def create_order(world: Any, dry: bool | None, body: Any) -> Any:
    """Create an order. One of nothing or of two is refused, and one of lead breaks the document."""
    if not body:
        raise Problem(409, "an order of nothing")
    if body["item"] == "two":
        return {"refused": world.store.serial(ORDERS)}, 409
    order = {**body, "number": world.store.serial(ORDERS)}
    world.store.put(ORDERS, str(order["number"]), order)
    return ([] if body["item"] == "lead" else order), 201, {"X-Number": order["number"]}


class Package:
    """The handlers package."""

    COLLECTIONS = (ORDERS,)


@pytest.fixture
def transport() -> Transport:
    """The API in this process."""
    handlers = {"create_order": create_order, "create_cart": create_order}
    return Transport(InProcess(Understudy([Api(Contract("shop", DOCUMENT), handlers, Package)])))


@pytest.fixture
def shop(transport: Transport) -> Iterator[httpx.Client]:
    """A client of the API."""
    with httpx.Client(base_url="http://shop", transport=transport) as client:
        yield client


@pytest.fixture
def control(transport: Transport) -> Iterator[ControlClient]:
    """The control API of the namespace of the client."""
    with ControlClient("http://shop", transport=transport) as client:
        yield client


def order(shop: httpx.Client, key: str | None, item: str = "tea", path: str = "/orders") -> Any:
    """Order something; return the status and the body."""
    headers = {} if key is None else {"Idempotency-Key": key}
    response = shop.post(path, json={"item": item} if item else {}, headers=headers)
    return response.status_code, response.json()


def kept(control: ControlClient) -> list[str]:
    """Return the names of the answers that are kept."""
    return list(control.state.export()["apis"]["shop"][""]["idempotency_keys"]["records"])


def test_the_same_request_has_the_same_answer(shop: httpx.Client) -> None:
    """By key, path and method, with its headers; requests without a key are all new."""
    first = order(shop, "a")
    assert first == (201, {"item": "tea", "number": 1})
    assert order(shop, "a") == first
    again = shop.post("/orders", json={"item": "tea"}, headers={"Idempotency-Key": "a"})
    assert again.headers["x-number"] == "1"
    assert order(shop, "b")[1]["number"] == 2
    assert order(shop, "a", path="/carts")[1]["number"] == 3
    assert [order(shop, None)[1]["number"], order(shop, "")[1]["number"]] == [4, 5]
    assert order(shop, "a") == first


def test_another_request_with_the_key_is_refused(shop: httpx.Client) -> None:
    """With 422 where the document has it, else with 400; another query is another request too."""
    order(shop, "a")
    response = shop.post("/orders", json={"item": "milk"}, headers={"Idempotency-Key": "a"})
    assert response.status_code == 422
    assert "'a' was sent with another request" in response.headers["x-understudy-violations"]
    url = "/orders?dry=true"
    response = shop.post(url, json={"item": "tea"}, headers={"Idempotency-Key": "a"})
    assert response.status_code == 422
    order(shop, "a", path="/carts")
    assert order(shop, "a", "milk", "/carts")[0] == 400


def test_errors_are_not_kept(shop: httpx.Client) -> None:
    """A request that was refused, broke the document or preferred an example is answered anew."""
    assert order(shop, "a", "")[0] == 409
    assert order(shop, "a")[1]["number"] == 1
    assert order(shop, "b", "lead")[0] == 500
    assert order(shop, "b")[1]["number"] == 3
    headers = {"Idempotency-Key": "c"}
    chosen = shop.post("/orders", json={"item": "tea"}, headers={**headers, "Prefer": "code=201"})
    assert chosen.json() == {"documented": True}
    assert order(shop, "c", "milk")[1]["number"] == 4
    assert order(shop, "d", "two") == (409, {"refused": 5})
    assert order(shop, "d", "two") == (409, {"refused": 6})


def test_an_answer_that_was_lost_is_given_again(shop: httpx.Client, control: ControlClient) -> None:
    """A client that got no answer, because the connection was cut, creates nothing twice."""
    control.fail_next("createOrder", connection="reset", handled=True)
    with pytest.raises(httpx.TransportError):
        order(shop, "a")
    assert order(shop, "a") == (201, {"item": "tea", "number": 1})
    assert order(shop, "b")[1]["number"] == 2


def test_answers_are_kept_for_a_day(
    shop: httpx.Client, control: ControlClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the namespace's clock; older ones are dropped, and so is the oldest of too many."""
    control.clock.freeze()
    order(shop, "a")
    control.clock.advance(hours=23, minutes=59)
    assert order(shop, "a")[1]["number"] == 1
    control.clock.advance(minutes=1)
    assert order(shop, "a", "milk") == (201, {"item": "milk", "number": 2})
    control.clock.advance(days=1)
    order(shop, "b")
    assert kept(control) == ["POST /orders b"]
    monkeypatch.setattr(idempotency, "MOST_KEPT", 2)
    order(shop, "c")
    order(shop, "d")
    assert kept(control) == ["POST /orders c", "POST /orders d"]


def test_answers_are_part_of_the_state(shop: httpx.Client, control: ControlClient) -> None:
    """An imported state gives the answers that the exported one had; a reset forgets them."""
    first = order(shop, "a")
    state = control.state.export()
    control.reset()
    assert order(shop, "a", "milk") == (201, {"item": "milk", "number": 1})
    control.state.load(state)
    assert order(shop, "a") == first
    assert order(shop, "a", "milk")[0] == 422
    state["apis"]["shop"][""]["idempotency_keys"]["records"]["POST /orders a"]["status"] = "ok"
    with pytest.raises(ControlError, match="idempotency_keys/records/POST ~1orders a/status"):
        control.state.load(state)


def test_answers_are_in_the_state_that_apis_share() -> None:
    """The owner of the state may have no keys itself."""

    class Sharing:
        STATE_OF = "owner"

    owner = Api(Contract("owner", {**DOCUMENT, "paths": {}}), {}, Package)
    sharing = Api(Contract("shop", DOCUMENT), {"create_order": create_order}, Sharing)
    share_states([owner, sharing])
    transport = Transport(InProcess(Understudy([owner, sharing])))
    with (
        httpx.Client(base_url="http://shop", transport=transport) as shop,
        ControlClient("http://shop", transport=transport) as control,
    ):
        order(shop, "a")
        control.state.snapshot("ordered")
        control.state.restore("ordered")
        assert order(shop, "a", "milk")[0] == 422


def test_operations_without_a_handler_have_keys(shop: httpx.Client, control: ControlClient) -> None:
    """Their answers are the document's, so only the request is kept."""
    assert order(shop, "a", path="/receipts") == (200, {"documented": True})
    assert order(shop, "a", path="/receipts") == (200, {"documented": True})
    assert order(shop, "a", "milk", "/receipts")[0] == 422
    assert kept(control) == ["POST /receipts a"]
