"""What holds for the whole API: its errors, tokens, first records, settings and actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import HookContext, Problem, World

from ._records import ORDERS, added, changed, found

COLLECTIONS = (ORDERS,)

SETTINGS = {
    "payment": {
        "description": "What the bank says to payments.",
        "enum": ["accepted", "declined"],
        "default": "accepted",
    }
}


def error_response(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return the status and the body of an error: by a handler, a wrong request or a plan."""
    error = {"code": (problem.code or "error").lower(), "message": problem.message}
    if problem.violations and problem.violations[0].at:
        error["field"] = problem.violations[0].at
    return problem.status, {"error": error}


def authenticate(credentials: Mapping[str, str]) -> str:
    """Return the shop of a token: each has orders of its own."""
    if credentials["token"].startswith("expired"):
        raise Problem(401, "the token has expired", code="token_expired")
    return credentials["token"]


def seed(world: World) -> None:
    """Add the order that every shop has from the start."""
    line = {"sku": "welcome-1", "quantity": 1, "price": {"amount": 0, "currency": "EUR"}}
    address = {"name": "The shop", "street": "Torget 1", "city": "Bergen", "country": "NO"}
    added(world, [line], address, status="shipped")


def ship_order(world: World, *, order_id: str) -> dict[str, Any]:
    """Ship an order that is paid, as the warehouse does."""
    if found(world, order_id)["status"] != "paid":
        raise Problem(409, "only a paid order is shipped", code="not_paid")
    return {"status": changed(world, order_id, "shipped")["status"]}


ACTIONS = {"ship_order": ship_order}
