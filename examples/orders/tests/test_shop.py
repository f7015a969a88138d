"""The shop, tested with a stand-in for the orders service: the fixture `orders`."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from shop import Refused, Shop

from understudy.client import ApiDouble

ADDRESS = {"name": "Ann Lee", "street": "Torget 1", "city": "Bergen", "country": "NO"}
TEA = {"sku": "tea", "quantity": 1, "price": {"amount": 450, "currency": "EUR"}}


@pytest.fixture
def client(orders: ApiDouble) -> Iterator[httpx.Client]:
    """Return a client of the stand-in, with a token."""
    headers = {"Authorization": f"Bearer {orders.api_key}"}
    with httpx.Client(base_url=orders.url, transport=orders.transport, headers=headers) as client:
        yield client


@pytest.fixture
def shop(client: httpx.Client, orders: ApiDouble) -> Shop:
    """Return the shop; where it would wait, the clock of the stand-in goes on."""
    return Shop(client, sleep=lambda seconds: orders.clock.advance(seconds=seconds))


def ordered(client: httpx.Client, count: int = 1) -> list[str]:
    """Create orders, and return their ids."""
    body = {"lines": [TEA], "address": ADDRESS}
    return [client.post("orders", json=body).raise_for_status().json()["id"] for _ in range(count)]


def test_what_is_sold_is_paid(shop: Shop, client: httpx.Client, orders: ApiDouble) -> None:
    """The stand-in keeps what clients create."""
    order = client.get(f"orders/{shop.sell('tea', 2, 450, ADDRESS)}").json()
    assert (order["status"], order["total"]["amount"]) == ("paid", 900)
    orders.assert_called("payOrder", times=1)


def test_open_orders_are_read_page_by_page(
    shop: Shop, client: httpx.Client, orders: ApiDouble
) -> None:
    """The newest first, to the last page."""
    created = ordered(client, 5)
    assert [order["id"] for order in shop.open_orders()] == created[::-1]
    orders.assert_called("listOrders", times=3)


def test_an_old_order_is_refused(shop: Shop, client: httpx.Client, orders: ApiDouble) -> None:
    """No test has to wait for half an hour."""
    (order,) = ordered(client)
    orders.clock.advance(minutes=31)
    with pytest.raises(Refused, match="the order has expired"):
        shop.pay(order)


def test_a_service_that_comes_back_is_asked_again(shop: Shop, orders: ApiDouble) -> None:
    """A planned fault has the form of the API's errors."""
    orders.fail_next("createOrder", status=503, times=2)
    shop.sell("tea", 1, 450, ADDRESS)
    orders.assert_called("createOrder", times=3)


def test_a_service_that_stays_away_is_told(shop: Shop, orders: ApiDouble) -> None:
    """With the message of the document's example."""
    orders.fail("listOrders", status=503)
    with pytest.raises(Refused, match="try again later"):
        list(shop.open_orders())
    orders.assert_called("listOrders", times=3)


def test_a_bank_that_declines(shop: Shop, orders: ApiDouble) -> None:
    """A setting of the handlers: the order stays open."""
    orders.settings(payment="declined")
    with pytest.raises(Refused, match="the bank declines"):
        shop.sell("tea", 1, 450, ADDRESS)
    assert len(list(shop.open_orders())) == 1


def test_the_warehouse_ships(shop: Shop, client: httpx.Client, orders: ApiDouble) -> None:
    """An action of the handlers does what no request of the shop can do."""
    order = shop.sell("tea", 1, 450, ADDRESS)
    orders.actions.ship_order(order_id=order)
    assert client.get(f"orders/{order}").json()["status"] == "shipped"


def test_each_shop_has_the_seed_and_its_own_orders(client: httpx.Client) -> None:
    """A token is a tenant."""
    ordered(client)
    mine = client.get("orders").json()["orders"]
    other = client.get("orders", headers={"Authorization": "Bearer other"}).json()["orders"]
    assert [order["status"] for order in mine] == ["open", "shipped"]
    assert [order["status"] for order in other] == ["shipped"]


@pytest.mark.understudy(violations="allow")
def test_errors_have_the_form_of_the_api(client: httpx.Client) -> None:
    """A wrong request names its field; other tests would fail for it."""
    wrong = {"lines": [{**TEA, "quantity": 0}], "address": ADDRESS}
    error = client.post("orders", json=wrong).json()["error"]
    assert (error["code"], error["field"]) == ("validation_error", "/lines/0/quantity")
    expired = client.get("orders", headers={"Authorization": "Bearer expired-1"}).json()
    assert expired["error"]["code"] == "token_expired"
