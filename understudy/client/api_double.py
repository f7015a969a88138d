"""A test double of one API in one namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from understudy.client.actions import Actions
from understudy.client.control_client import ControlClient
from understudy.client.exchange import JournalEntry
from understudy.client.keywords import Fault, Filters, Stub, Wanted
from understudy.client.webhooks import Webhooks
from understudy.http.control_access import DEFAULT_KEY
from understudy.http.json_codec import ABSENT

if TYPE_CHECKING:
    import requests

    from understudy.client.transports.httpx_transport import Transport


class ApiDouble:
    """A test double of one API: what its client needs, and what a test controls and asserts.

    `url` and `api_key` are for the API's own client. `webhooks` are those that the API sends.
    `clock`, `state` and `control` belong to the namespace. `actions` are functions of the API's
    handlers that tests can call, and `plant` those whose names begin with `plant_`. For an app
    without a socket, pass `transport` to httpx, or call `mount` for requests; for a server
    `transport` is None, which httpx takes as well.
    """

    def __init__(
        self,
        control: ControlClient,
        api: str,
        base_path: str,
        *,
        api_key: str = DEFAULT_KEY,
        transport: Transport | None = None,
    ) -> None:
        self.control = control
        self.api = api
        self.url = f"{control.url}{base_path}"
        self.api_key = api_key
        self.transport = transport
        self.clock = control.clock
        self.state = control.state
        self.webhooks = Webhooks(control, api)
        tenant = None if api_key == DEFAULT_KEY else api_key
        self.actions = Actions(control, api, tenant=tenant)
        self.plant = Actions(control, api, prefix="plant_", tenant=tenant)

    def __repr__(self) -> str:
        return f"<{self.api} at {self.url}>"

    def mount(self, session: requests.Session) -> None:
        """Make a session of requests reach an app without a socket; does nothing for a server."""
        if self.transport is not None:
            from understudy.client.transports.requests_adapter import Adapter

            session.mount(self.control.origin, Adapter(self.transport.inside))

    def respond(self, operation: str | None, body: Any = ABSENT, **stub: Unpack[Stub]) -> str:
        """Answer requests of this API by a response of the test's own; see
        `ControlClient.respond`."""
        __tracebackhide__ = True
        stub["when"] = {**stub.get("when", {}), "api": self.api}
        return self.control.respond(operation, body, **stub)

    def fail_next(self, operation: str | None = None, **fault: Unpack[Fault]) -> str:
        """Make the next request of this API fail, or the next `times` requests.

        Returns the id of the fault rule; see `ControlClient.fail`.
        """
        __tracebackhide__ = True
        fault["when"] = {**fault.get("when", {}), "api": self.api}
        return self.control.fail_next(operation, **fault)

    def fail(self, operation: str | None = None, **fault: Unpack[Fault]) -> str:
        """Make requests of this API fail; see `ControlClient.fail`."""
        __tracebackhide__ = True
        fault["when"] = {**fault.get("when", {}), "api": self.api}
        return self.control.fail(operation, **fault)

    def requests(
        self, operation: str | None = None, *, limit: int = 1000, **filters: Unpack[Filters]
    ) -> list[JournalEntry]:
        """Return the exchanges of this API, oldest first; see `ControlClient.requests`."""
        __tracebackhide__ = True
        filters["api"] = self.api
        return self.control.requests(operation, limit=limit, **filters)

    def wait_for(
        self,
        operation: str | None = None,
        *,
        count: int = 1,
        timeout: float = 5,
        **wanted: Unpack[Wanted],
    ) -> list[JournalEntry]:
        """Wait for requests of this API; see `ControlClient.wait_for`."""
        __tracebackhide__ = True
        wanted["api"] = self.api
        return self.control.wait_for(operation, count=count, timeout=timeout, **wanted)

    def assert_called(
        self, operation: str | None = None, *, times: int | None = None, **wanted: Unpack[Wanted]
    ) -> None:
        """Assert that this API got a request; see `ControlClient.assert_called`."""
        __tracebackhide__ = True
        wanted["api"] = self.api
        self.control.assert_called(operation, times=times, **wanted)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change the settings of this API that are given, by name, and return all of them."""
        settings = self.control.settings(apis={self.api: changes})
        of_api: dict[str, Any] = settings["apis"].get(self.api, {})
        return of_api

    def reset(self) -> None:
        """Reset the whole namespace; see `ControlClient.reset`."""
        self.control.reset()
