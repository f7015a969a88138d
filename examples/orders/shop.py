"""A program that uses the API: the part of a shop that sells."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx


class Refused(Exception):
    """The service does not sell; the message is its own."""


class Shop:
    """Sells by the orders service. `client` is for its base URL; `sleep` waits, in seconds."""

    def __init__(self, client: httpx.Client, sleep: Callable[[float], Any] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def sell(self, sku: str, quantity: int, cents: int, address: dict[str, str]) -> str:
        """Order and pay; return the id of the order. Raises Refused."""
        line = {"sku": sku, "quantity": quantity, "price": {"amount": cents, "currency": "EUR"}}
        order = self._send("POST", "orders", {"lines": [line], "address": address})
        self.pay(order["id"])
        identifier: str = order["id"]
        return identifier

    def pay(self, order: str) -> None:
        """Pay an order. Raises Refused."""
        self._send("POST", f"orders/{order}/payment")

    def open_orders(self) -> Iterator[dict[str, Any]]:
        """Yield the orders that wait to be paid, page by page."""
        query: dict[str, Any] = {"status": "open", "limit": 2}
        while True:
            page = self._send("GET", "orders", query=query)
            yield from page["orders"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def _send(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None
    ) -> Any:
        """Send a request, up to three times if the service is unavailable."""
        for pause in (1, 5, None):
            response = self._client.request(method, path, json=body, params=query)
            if response.status_code != 503 or pause is None:
                break
            self._sleep(pause)
        if response.is_error:
            raise Refused(response.json()["error"]["message"])
        return response.json()
