"""The client of the control API of one namespace."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import msgspec

from understudy.client.clock import Clock
from understudy.client.control_http import ControlError, ControlHTTP, text_of
from understudy.client.exchange import Delivery, JournalEntry, not_called
from understudy.client.state import State

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True

#: Seconds of one long poll; to wait longer, the client polls again.
_POLL = 2.0


class ControlClient:
    """Controls and inspects one namespace of a running stand-in.

    `origin` is the server's, such as http://127.0.0.1:3000; `token` that of `serve --token`, if it
    has one, by default that of the environment variable UNDERSTUDY_TOKEN; `transport` is for an app
    without a socket. Methods raise ControlError for an error
    response, and httpx.HTTPError if the server does not respond.

    `clock` and `state` are the clock and the state of the namespace.
    """

    def __init__(
        self,
        origin: str,
        namespace: str = "default",
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.origin = origin.rstrip("/")
        self.namespace = namespace
        self._http = ControlHTTP(self.url, token, transport)
        self.clock = Clock(self._http)
        self.state = State(self._http)

    @property
    def url(self) -> str:
        """The URL of the namespace; the paths of its APIs begin after it."""
        return f"{self.origin}/_ns/{self.namespace}"

    def reset(self, seed: str | None = None) -> None:
        """Delete state, settings, faults, scheduled requests, snapshots and journal; set the clock
        to real time. Ids are generated from `seed`, or from the present seed if it is None."""
        self._http.request("POST", "/reset", {} if seed is None else {"seed": seed})

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change the settings that are given, such as `strict=True`, `personas={"petstore": "new"}`
        or `apis={"petstore": {"adoption": {"mode": "manual"}}}`, and return all of them."""
        settings: dict[str, Any] = self._http.request("PATCH", "/settings", changes)
        return settings

    def apis(self) -> list[dict[str, Any]]:
        """Return the APIs that are served: `name`, `title`, `base_path`, and `clients`, each with
        the variables of its `environment` and its `base_url`, in which `{origin}`, `{url}` and
        `{key}` stand for values."""
        apis: list[dict[str, Any]] = self._http.request("GET", "/apis")
        return apis

    def actions(self) -> list[dict[str, Any]]:
        """Return the actions of all APIs: `api`, `name`, `summary`, and the JSON Schema of their
        `arguments`."""
        actions: list[dict[str, Any]] = self._http.request("GET", "/actions")
        return actions

    def call_action(
        self,
        api: str,
        action: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        tenant: str | None = None,
    ) -> Any:
        """Call an action of an API in the state of a tenant (what an API key stands for), and
        return its result.

        Without a tenant: in that of the only one, or of the key `understudy`. Raises ControlError
        if there is no such action, if the arguments do not fit, or if the action refuses.
        """
        call: dict[str, Any] = {"arguments": dict(arguments or {})}
        if tenant is not None:
            call["tenant"] = tenant
        path = f"/actions/{quote(api, safe='')}/{quote(action, safe='')}"
        return self._http.request("POST", path, call)["result"]

    def fail(
        self,
        operation: str | None = None,
        *,
        when: Mapping[str, Any] | None = None,
        times: int | None = None,
        probability: float = 1,
        seed: str | None = None,
        **then: Any,
    ) -> str:
        """Add a fault rule: requests that match get another response, a late one, or none.

        `operation` and `when` (`api`, `method`, `path`, `query`, `headers`, `body`) say which
        requests match; `times` how many of them (None: all); `probability` (0 to 1) is drawn from
        `seed`. `then` is the action, for example `status=503`, `body={...}`, `delay=0.5` (seconds),
        `connection="reset"`, `corrupt="truncate"`; all are in the schema `FaultAction` of the
        control API.

        Returns the id of the rule.
        """
        rule: dict[str, Any] = {
            "when": _matcher(operation, when or {}),
            "then": then,
            "times": times,
            "probability": probability,
        }
        if seed is not None:
            rule["seed"] = seed
        id_: str = self._http.request("POST", "/faults", rule)["id"]
        return id_

    def fail_next(self, operation: str | None = None, *, times: int = 1, **fault: Any) -> str:
        """Add a fault rule for the next request, or the next `times` requests; see `fail`."""
        return self.fail(operation, times=times, **fault)

    def remove_fault(self, fault_id: str) -> None:
        """Remove a fault rule."""
        self._http.request("DELETE", f"/faults/{fault_id}")

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self._http.request("DELETE", "/faults")

    def faults(self) -> list[dict[str, Any]]:
        """Return the fault rules: `id`, `when`, `then`, `times`, `probability`, and in `hits` the
        number of requests that each was applied to."""
        rules: list[dict[str, Any]] = self._http.request("GET", "/faults")
        return rules

    def schedule(self, method: str, path: str, *, body: Any = None, **when: Any) -> str:
        """Schedule a request that the stand-in makes itself.

        When: `in_="PT5M"` (or a timedelta), `at="2026-01-01T00:00:00Z"` (or a datetime), or
        `after={"when": {...}, "times": 3}`, after so many requests that match. `body` is JSON;
        `headers` must have the credentials, if the operation needs some.

        Returns the id of the scheduled request.
        """
        request = {"method": method, "path": path, "headers": when.pop("headers", {})}
        if body is not None:
            request["body"] = body
        due = {
            name.rstrip("_"): text_of(value) if isinstance(value, datetime | timedelta) else value
            for name, value in when.items()
        }
        id_: str = self._http.request("POST", "/schedule", {**due, "request": request})["id"]
        return id_

    def scheduled(self) -> list[dict[str, Any]]:
        """Return the scheduled requests: `id`, `request`, when it is due, and the `status` of the
        response (None: it was not made yet)."""
        scheduled: list[dict[str, Any]] = self._http.request("GET", "/schedule")
        return scheduled

    def webhooks(self) -> list[dict[str, Any]]:
        """Return the webhooks of all documents: `api`, `name`, `operation`, `method`, the `url`
        that each is sent to, and the `secret` that signs it (None: it is not signed)."""
        webhooks: list[dict[str, Any]] = self._http.request("GET", "/webhooks")
        return webhooks

    def set_webhook_url(
        self, name: str, url: str | None, *, api: str | None = None, secret: str | None = None
    ) -> str | None:
        """Set the address that a webhook is sent to where none is given; None removes it. Name the
        `api` if several have a webhook of this name.

        Returns the secret that signs it: yours, or one that is made from the seed of the namespace;
        None if the webhook is not signed.
        """
        given = {"api": api, "secret": secret}
        body = {"url": url, **{name: value for name, value in given.items() if value is not None}}
        webhook = self._http.request("PUT", f"/webhooks/{quote(name, safe='')}", body)
        signed_by: str | None = webhook["secret"]
        return signed_by

    def send_webhook(self, name: str, url: str | None = None, **definition: Any) -> None:
        """Send a webhook of a document in the background; `wait_for` waits for the exchange.

        It goes to `url`, or to the address that was set. `definition` may have the `body` (default:
        the documented example, or a value of the schema), `headers`, and the `api`.
        """
        body = definition if url is None else {"url": url, **definition}
        self._http.request("POST", f"/webhooks/{quote(name, safe='')}", body)

    def deliveries(self) -> list[Delivery]:
        """Return the callbacks and webhooks that are under way, the oldest first."""
        return msgspec.convert(self._http.request("GET", "/deliveries"), list[Delivery])

    def requests(
        self, operation: str | None = None, *, limit: int = 1000, **filters: Any
    ) -> list[JournalEntry]:
        """Return the last exchanges in the journal, oldest first.

        Filters: `api`, `method`, `path` (`*` is a wildcard), `status`, `valid`, `deprecated`,
        `since`, `number`, `direction` ("incoming" for requests of clients, "outgoing" for callbacks
        and webhooks).
        """
        page = self._http.request("GET", "/requests", operation=operation, limit=limit, **filters)
        return msgspec.convert(page["requests"][::-1], list[JournalEntry])

    def wait_for(
        self, operation: str | None = None, *, count: int = 1, timeout: float = 5, **when: Any
    ) -> list[JournalEntry]:
        """Wait until `count` requests match, and return the newest of them, oldest first.

        `when` is that of `assert_called`. Raises AssertionError after `timeout` seconds.
        """
        matcher = _matcher(operation, when)
        deadline = time.monotonic() + timeout
        while True:
            left = min(max(deadline - time.monotonic(), 0), _POLL)
            body = {"when": matcher, "count": count, "timeout": left}
            result = self._http.request("POST", "/requests/wait", body)
            if result["met"]:
                return msgspec.convert(result["requests"][::-1], list[JournalEntry])
            if time.monotonic() >= deadline:
                raise AssertionError(
                    f"{result['count']} of {count} expected requests matched {matcher} "
                    f"within {timeout} seconds"
                )

    def assert_called(
        self, operation: str | None = None, *, times: int | None = None, **when: Any
    ) -> None:
        """Assert that a request matched, at least once or exactly `times`.

        `when` says what to match: `api`, `method`, `path`, `query`, `headers`, `body` (of an object
        only the fields that are given), `direction`, and the `status` of the response. Raises
        AssertionError with the near misses.
        """
        matcher = _matcher(operation, when)
        result = self.verify(matcher)
        if result["count"] != times and not (times is None and result["count"]):
            raise AssertionError(not_called(matcher, times, result))

    def verify(self, when: Mapping[str, Any]) -> dict[str, Any]:
        """Return the `count` of the requests that match `when`, and if it is 0, the near misses:
        in `near`, each `request` with its `differences`."""
        result: dict[str, Any] = self._http.request("POST", "/requests/verify", {"when": when})
        return result

    def watch(
        self, operation: str | None = None, *, recent: int = 0, **filters: Any
    ) -> Iterator[JournalEntry]:
        """Yield exchanges without end: the `recent` ones, then all that come after this call.

        `everywhere=True` watches all namespaces. The filters are those of `requests`, except
        `number`.
        """
        filters = {"operation": operation, **filters}
        first_events = list(self._events(None, recent=recent, seconds=0, **filters))
        return self._watched(first_events, filters)

    def _watched(
        self, events: Iterable[tuple[str, str]], filters: dict[str, Any]
    ) -> Iterator[JournalEntry]:
        last = None
        while True:
            for id_, data in events:
                last = id_
                if data:
                    yield msgspec.json.decode(data, type=JournalEntry)
            events = self._events(last, **filters)

    def _events(self, last: str | None, **query: Any) -> Iterator[tuple[str, str]]:
        return self._http.events("/requests/events", last, **query)

    def curl(self, *, default_key: bool = False, **filters: Any) -> str:
        """Return the requests as curl command lines, oldest first; filters as in `requests`.

        Credentials are `***`; with `default_key`, the key `understudy` stands as it was sent.
        """
        path = "/requests/curl"
        return self._http.request("GET", path, default_key=default_key, **filters) or ""

    def pytest_test(self, **filters: Any) -> str:
        """Return the source code of a pytest test that repeats the requests, oldest first, and
        asserts their statuses; filters as in `requests`."""
        source: str = self._http.request("GET", "/requests/pytest", **filters)
        return source

    def har(self, **filters: Any) -> dict[str, Any]:
        """Return the exchanges as an HTTP Archive (HAR 1.2), oldest first; filters as in
        `requests`."""
        archive: dict[str, Any] = self._http.request("GET", "/requests/har", **filters)
        return archive

    def delete_namespace(self) -> None:
        """Delete the namespace with all its data, if it exists."""
        try:
            self._http.request("DELETE", f"/namespaces/{self.namespace}")
        except ControlError as error:
            if error.status != 404:
                raise

    def close(self) -> None:
        """Close the connections; the namespace stays."""
        self._http.close()

    def __repr__(self) -> str:
        return f"<control API of {self.url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _matcher(operation: str | None, when: Mapping[str, Any]) -> dict[str, Any]:
    return {**when, **({"operation": operation} if operation else {})}
