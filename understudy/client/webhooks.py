"""The webhooks of an API, as a test receives and asserts them."""

from __future__ import annotations

from typing import Any

from understudy.client.control_client import ControlClient
from understudy.client.exchange import Delivery, JournalEntry


class Webhooks:
    """The webhooks that one API sends, by their names in its document."""

    def __init__(self, control: ControlClient, api: str) -> None:
        self._control = control
        self._api = api

    def deliver_to(self, url: str, *names: str, secret: str | None = None) -> str | None:
        """Send the webhooks of these names, or all, to a URL, until the next reset.

        Returns the secret that signs them: yours, or one that is made from the seed of the
        namespace; None if they are not signed.
        """
        signed_by = None
        for name in names or self._operations():
            signed_by = self._control.set_webhook_url(name, url, api=self._api, secret=secret)
        return signed_by

    def send(self, name: str, url: str | None = None, **definition: Any) -> None:
        """Send a webhook now; see `ControlClient.send_webhook`."""
        self._control.send_webhook(name, url, api=self._api, **definition)

    def wait_for(self, name: str, **wanted: Any) -> list[JournalEntry]:
        """Wait until a webhook was delivered, such as one with this `body`, or has had its last
        attempt; see `ControlClient.wait_for`."""
        __tracebackhide__ = True
        wanted |= {"direction": "outgoing", "api": self._api}
        return self._control.wait_for(self._operation(name), **wanted)

    def assert_sent(self, name: str, *, times: int | None = None, **wanted: Any) -> None:
        """Assert that a webhook was sent, such as one with this `body`; see
        `ControlClient.assert_called`."""
        __tracebackhide__ = True
        wanted |= {"direction": "outgoing", "api": self._api}
        self._control.assert_called(self._operation(name), times=times, **wanted)

    def under_way(self) -> list[Delivery]:
        """Return the callbacks and webhooks of this API that are under way, the oldest first."""
        return [d for d in self._control.deliveries() if d.api == self._api]

    def _operations(self) -> dict[str, str]:
        """Return the operation of each webhook, by its name."""
        webhooks = self._control.webhooks()
        return {w["name"]: w["operation"] for w in webhooks if w["api"] == self._api}

    def _operation(self, name: str) -> str:
        """Return the operation of a webhook. Raises LookupError."""
        operations = self._operations()
        if name not in operations:
            known = ", ".join(operations) or "none"
            raise LookupError(f"{self._api} has no webhook {name!r}; its webhooks: {known}")
        return operations[name]
