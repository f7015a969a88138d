"""A test double of one API in one namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from understudy.client.actions import Actions
from understudy.client.control_client import ControlClient
from understudy.client.exchange import JournalEntry
from understudy.client.keywords import Fault, Filters, Stub, Wanted
from understudy.client.webhooks import Webhooks
from understudy.http.control_access import DEFAULT_KEY, TRUST_VARIABLES
from understudy.http.json_codec import ABSENT
from understudy.suggestions import hint

if TYPE_CHECKING:
    import requests

    from understudy.client.transports.httpx_transport import Transport

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class ApiDouble:
    """A test double of one API: what its client needs, and what a test controls and asserts.

    `url` and `api_key` are for the API's own client; `env` and `base_urls` say how to point it at
    this namespace. `webhooks` are those that the API sends. `clock`, `state` and `control` belong
    to the namespace. `actions` are functions of the API's handlers that tests can call, and `plant`
    those whose names begin with `plant_`; an action is also an attribute, unless its name is taken.
    For an app without a socket, pass `transport` to httpx, or call `mount` for requests; for a
    server `transport` is None, which httpx takes as well.
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

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that the clients of this API read, with the values for this
        namespace, as in `subprocess.run(..., env=os.environ | petstore.env)`; with `--tls`, also
        those that name the authority of the certificate."""
        own = {
            name: self._filled(value)
            for client in self._clients()
            for name, value in client["environment"].items()
        }
        ca_file = self.control.ca_file
        return own if ca_file is None else own | dict.fromkeys(TRUST_VARIABLES, ca_file)

    @property
    def base_urls(self) -> dict[str, str]:
        """The base URL that each client of this API takes, by its package, version and
        language."""
        clients = self._clients()
        return {c["client"]: self._filled(c["base_url"]) for c in clients if c["base_url"]}

    def _clients(self) -> list[dict[str, Any]]:
        named = (api["clients"] for api in self.control.apis() if api["name"] == self.api)
        return next(named, [])

    def _filled(self, text: str) -> str:
        values = {"{origin}": self.control.url, "{url}": self.url, "{key}": self.api_key}
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        return text

    if not TYPE_CHECKING:  # else a type checker would believe in any attribute

        def __getattr__(self, name: str) -> Any:
            """Return the action of that name. Raises AttributeError."""
            if name.startswith("_") or "actions" not in vars(self):
                raise AttributeError(name)
            actions = dir(self.actions)
            if name in actions:
                return getattr(self.actions, name)
            known = [*(known for known in dir(self) if not known.startswith("_")), *actions]
            raise AttributeError(
                f"{self.api} has no attribute or action {name!r}{hint(name, known)}"
            )

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
        stub["when"] = {**stub.get("when", {}), "api": self.api}
        return self.control.respond(operation, body, **stub)

    def fail_next(self, operation: str | None = None, **fault: Unpack[Fault]) -> str:
        """Make the next request of this API fail, or the next `times` requests.

        Returns the id of the fault rule; see `ControlClient.fail`.
        """
        fault["when"] = {**fault.get("when", {}), "api": self.api}
        return self.control.fail_next(operation, **fault)

    def fail(self, operation: str | None = None, **fault: Unpack[Fault]) -> str:
        """Make requests of this API fail; see `ControlClient.fail`."""
        fault["when"] = {**fault.get("when", {}), "api": self.api}
        return self.control.fail(operation, **fault)

    def requests(
        self, operation: str | None = None, *, limit: int = 1000, **filters: Unpack[Filters]
    ) -> list[JournalEntry]:
        """Return the exchanges of this API, oldest first; see `ControlClient.requests`."""
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
        wanted["api"] = self.api
        return self.control.wait_for(operation, count=count, timeout=timeout, **wanted)

    def assert_called(
        self, operation: str | None = None, *, times: int | None = None, **wanted: Unpack[Wanted]
    ) -> None:
        """Assert that this API got a request; see `ControlClient.assert_called`."""
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
