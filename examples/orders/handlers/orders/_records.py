"""The records of orders, which the handlers share; the underscore says that here is no handler."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from understudy import Collection, Index, Problem, Record, World, rfc3339


class OrderRecord(TypedDict):
    """An order as it is kept; states that are imported are checked by it."""

    id: str
    number: int
    status: Literal["open", "paid", "shipped", "cancelled"]
    lines: list[dict[str, Any]]
    address: dict[str, str]
    created: int


BY_NUMBER = Index(order="number")
OF_STATUS = Index(order="number", group="status")
ORDERS = Collection("orders", (BY_NUMBER, OF_STATUS), record=OrderRecord, key="id")


def added(
    world: World, lines: list[dict[str, Any]], address: dict[str, str], status: str = "open"
) -> Record:
    """Keep a new order, and return it."""
    order: dict[str, Any] = {
        "id": world.ids.uuid(),
        "number": world.store.serial(ORDERS),
        "status": status,
        "lines": lines,
        "address": address,
        "created": world.clock.now(),  # microseconds since 1970
    }
    world.store.put(ORDERS, order["id"], order)
    return order


def found(world: World, order_id: str) -> Record:
    """Return an order. Raises Problem 404."""
    order = world.store.get(ORDERS, order_id)
    if order is None:
        raise Problem(404, "there is no such order", code="order_not_found")
    return order


def changed(world: World, order_id: str, status: str) -> Record:
    """Keep an order with another status, and return it."""
    order = {**found(world, order_id), "status": status}  # one that was read is never changed
    world.store.put(ORDERS, order_id, order)
    return order


def shown(order: Record) -> dict[str, Any]:
    """Return an order as clients see it."""
    amounts = (line["quantity"] * line["price"]["amount"] for line in order["lines"])
    return {
        "id": order["id"],
        "status": order["status"],
        "lines": order["lines"],
        "address": order["address"],
        "total": {"amount": sum(amounts), "currency": "EUR"},
        "created_at": rfc3339(order["created"]),
    }
