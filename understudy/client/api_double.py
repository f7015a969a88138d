"""One API of a namespace, as a test sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.client.control_client import ControlClient
from understudy.client.exchange import JournalEntry

if TYPE_CHECKING:
    import requests

    from understudy.client.httpx_transport import Transport


class ApiDouble:
    """One API of a namespace, for a test: what its client is to be given, and what a test does and
    asks. `url` and `api_key` are for the API's own client. Where there is no server, `transport` is
    for httpx (else None, which httpx takes for the network), and `mount` for requests."""

    def __init__(
        self,
        control: ControlClient,
        api: str,
        base_path: str,
        *,
        api_key: str = "understudy",
        transport: Transport | None = None,
    ) -> None:
        self.control = control
        self.api = api
        self.url = f"{control.url}{base_path}"
        self.api_key = api_key
        self.transport = transport
        self.clock = control.clock
        self.state = control.state

    def __repr__(self) -> str:
        return f"<{self.api} at {self.url}>"

    def mount(self, session: requests.Session) -> None:
        """Let a session of requests reach the API where there is no server."""
        if self.transport is not None:
            from understudy.client.requests_adapter import Adapter

            session.mount(self.control.origin, Adapter(self.transport.inside))

    def fail_next(self, operation: str | None = None, *, times: int = 1, **fault: Any) -> str:
        """Plan a fault for the next request of this API, or the next `times`; see
        `ControlClient.fail`."""
        return self.fail(operation, times=times, **fault)

    def fail(self, operation: str | None = None, **fault: Any) -> str:
        """Plan a fault for this API; see `ControlClient.fail`."""
        when = {**fault.pop("when", {}), "api": self.api}
        return self.control.fail(operation, when=when, **fault)

    def requests(self, operation: str | None = None, **filters: Any) -> list[JournalEntry]:
        """The exchanges of this API, oldest first."""
        return self.control.requests(operation, api=self.api, **filters)

    def wait_for(self, operation: str | None = None, **wanted: Any) -> list[JournalEntry]:
        """Wait for requests of this API; see `ControlClient.wait_for`."""
        return self.control.wait_for(operation, api=self.api, **wanted)

    def assert_called(self, operation: str | None = None, **wanted: Any) -> None:
        """Assert that this API was asked; see `ControlClient.assert_called`."""
        __tracebackhide__ = True
        self.control.assert_called(operation, api=self.api, **wanted)

    def reset(self) -> None:
        """Forget everything in the namespace, and begin again."""
        self.control.reset()
