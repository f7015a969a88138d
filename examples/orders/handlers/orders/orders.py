"""The handlers: each has the name of its operation, in snake_case."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from ._records import BY_NUMBER, OF_STATUS, ORDERS, added, changed, found, shown

_PAY_WITHIN = 30 * 60 * 1_000_000  # microseconds


def create_order(world: World, body: dict[str, Any]) -> tuple[Any, int]:
    """Create an open order."""
    return shown(added(world, body["lines"], body["address"])), 201


def list_orders(world: World, status: str | None, limit: int, cursor: str | None) -> Any:
    """Return a page of orders, the newest first; one more is read, to see whether there is one."""
    index, group = (BY_NUMBER, ()) if status is None else (OF_STATUS, (status,))
    below = None if cursor is None else int(cursor)
    page = world.store.list(ORDERS, index, *group, descending=True, limit=limit + 1, below=below)
    more = len(page) > limit
    orders = page[:limit]
    return {
        "orders": [shown(order) for order in orders],
        "next": f"{orders[-1]['number']:08}" if more else None,
    }


def get_order(world: World, order_id: str) -> Any:
    """Return an order."""
    return shown(found(world, order_id))


def pay_order(world: World, order_id: str) -> Any:
    """Pay an order that is open and not too old."""
    order = _open_order(world, order_id)
    if world.clock.now() - order["created"] > _PAY_WITHIN:
        raise Problem(409, "the order has expired", code="order_expired")
    if world.settings["payment"] == "declined":
        raise Problem(402, "the bank declines", code="payment_declined")
    return shown(changed(world, order_id, "paid"))


def cancel_order(world: World, order_id: str) -> Any:
    """Cancel an order that is open."""
    _open_order(world, order_id)
    return shown(changed(world, order_id, "cancelled"))


def _open_order(world: World, order_id: str) -> Record:
    order = found(world, order_id)
    if order["status"] != "open":
        raise Problem(409, f"the order is {order['status']}", code=f"order_{order['status']}")
    return order
