"""The webhooks of an API, as a test receives and asserts them."""

from __future__ import annotations

from typing import Any, Unpack

from understudy.client.control_client import ControlClient
from understudy.client.exchange import Delivery, JournalEntry
from understudy.client.keywords import Wanted, WebhookParts
from understudy.suggestions import hint

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class Webhooks:
    """The webhooks that one API sends, by their names in its document. If that has none, they are
    those of all documents: APIs that share their state send each other's."""

    def __init__(self, control: ControlClient, api: str) -> None:
        self._control = control
        self._api = api

    def deliver_to(self, url: str, *names: str, secret: str | None = None) -> str | None:
        """Send the webhooks of these names, or all, to a URL, until the next reset.

        Returns the secret that signs them: yours, or one that is made from the seed of the
        namespace; None if they are not signed.
        """
        webhooks = [self._webhook(name) for name in names] or self._webhooks()
        signed_by = None
        for webhook in webhooks:
            signed_by = self._control.set_webhook_url(
                webhook["name"], url, api=webhook["api"], secret=secret
            )
        return signed_by

    def send(self, name: str, url: str | None = None, **definition: Unpack[WebhookParts]) -> None:
        """Send a webhook now; see `ControlClient.send_webhook`."""
        definition["api"] = self._webhook(name)["api"]
        self._control.send_webhook(name, url, **definition)

    def wait_for(
        self, name: str, *, count: int = 1, timeout: float = 5, **wanted: Unpack[Wanted]
    ) -> list[JournalEntry]:
        """Wait until a webhook was delivered, such as one with this `body`, or has had its last
        attempt; see `ControlClient.wait_for`."""
        webhook = self._webhook(name)
        wanted.update({"api": webhook["api"], "direction": "outgoing"})
        operation = webhook["operation"]
        return self._control.wait_for(operation, count=count, timeout=timeout, **wanted)

    def assert_sent(self, name: str, *, times: int | None = None, **wanted: Unpack[Wanted]) -> None:
        """Assert that a webhook was sent, such as one with this `body`; see
        `ControlClient.assert_called`."""
        webhook = self._webhook(name)
        wanted.update({"api": webhook["api"], "direction": "outgoing"})
        self._control.assert_called(webhook["operation"], times=times, **wanted)

    def under_way(self) -> list[Delivery]:
        """Return the webhooks, and callbacks of these APIs, that are under way, the oldest
        first."""
        apis = {self._api, *(webhook["api"] for webhook in self._webhooks())}
        return [delivery for delivery in self._control.deliveries() if delivery.api in apis]

    def _webhooks(self) -> list[dict[str, Any]]:
        every = self._control.webhooks()
        return [webhook for webhook in every if webhook["api"] == self._api] or every

    def _webhook(self, name: str) -> dict[str, Any]:
        """Return a webhook. Raises LookupError."""
        webhooks = {webhook["name"]: webhook for webhook in self._webhooks()}
        if name not in webhooks:
            raise LookupError(f"{self._api} has no webhook {name!r}{hint(name, webhooks)}")
        return webhooks[name]
