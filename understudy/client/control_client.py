"""The client of the control API of one namespace."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self, Unpack
from urllib.parse import quote

import httpx
import msgspec

from understudy.client.clock import Clock
from understudy.client.control_http import ControlError, ControlHTTP, text_of
from understudy.client.exchange import Delivery, JournalEntry, not_called, not_met
from understudy.client.fault_rules import FaultRules, matcher_json
from understudy.client.keywords import (
    Due,
    Filters,
    Settings,
    StreamFilters,
    Wanted,
    WebhookParts,
    check_keywords,
)
from understudy.client.state import State

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True

_NAMESPACE = re.compile(r"[A-Za-z0-9._-]{1,100}")

#: Seconds of one long poll; to wait longer, the client polls again.
_POLL = 2.0


class ControlClient(FaultRules):
    """Controls and inspects one namespace of a running stand-in.

    `origin` is the server's, such as http://127.0.0.1:3000; `token` that of `serve --token`, if it
    has one, by default that of the environment variable UNDERSTUDY_TOKEN; `transport` is for an app
    without a socket; `ca_file` has the authority of an HTTPS server's certificate. Methods raise
    ControlError for an error response, and httpx.HTTPError if the server does not respond.

    `clock` and `state` are the clock and the state of the namespace.
    """

    def __init__(
        self,
        origin: str,
        namespace: str = "default",
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        ca_file: str | None = None,
    ) -> None:
        self.origin = origin.rstrip("/")
        if not _NAMESPACE.fullmatch(namespace):
            raise ValueError(
                "the name of a namespace has 1 to 100 letters, digits, dots, underscores and "
                f"hyphens, not {namespace!r:.200}"
            )
        self.namespace = namespace
        self.ca_file = ca_file
        super().__init__(ControlHTTP(self.url, token, transport, ca_file), self.origin)
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

    def settings(self, **changes: Unpack[Settings]) -> dict[str, Any]:
        """Change the settings that are given, such as `strict=True`, `personas={"petstore": "new"}`
        or `apis={"petstore": {"adoption": {"mode": "manual"}}}`, and return all of them."""
        check_keywords("settings", Settings, changes)
        settings: dict[str, Any] = self._http.request("PATCH", "/settings", changes)
        return settings

    def apis(self) -> list[dict[str, Any]]:
        """Return the APIs that are served: `name`, `title`, `base_path`, and `clients`, each with
        the variables of its `environment` and its `base_url`, in which `{origin}`, `{url}` and
        `{key}` stand for values."""
        apis: list[dict[str, Any]] = self._http.request("GET", "/apis")
        return apis

    def operations(self, api: str | None = None) -> list[dict[str, Any]]:
        """Return the operations of all APIs, or of one, in the order of their documents: `api`,
        `operation` (the name that matchers take), `method`, `path`, `summary`, `tags`,
        `deprecated`, the `statuses` of its responses, and `in` and `name` of its `parameters`.

        Raises ControlError if there is no such API.
        """
        operations: list[dict[str, Any]] = self._http.request("GET", "/operations", api=api)
        return operations

    def coverage(self, operation: str | None = None, *, api: str | None = None) -> dict[str, Any]:
        """Return what the requests of clients have touched, by what the journal still has.

        `apis` has each API with its `operations`: how many `calls` each had, and how many touched
        each of its `statuses` and `parameters` (0: none). For one `operation`, `untouched` has the
        names of what was not. Raises ControlError if there is no such operation or API.
        """
        coverage: dict[str, Any] = self._http.request(
            "GET", "/coverage", operation=operation, api=api
        )
        return coverage

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

    def schedule(self, method: str, path: str, **due: Unpack[Due]) -> str:
        """Schedule a request that the stand-in makes itself.

        When: `in_="PT5M"` (or a timedelta), `at="2026-01-01T00:00:00Z"` (or a datetime), or
        `after={"when": {...}, "times": 3}`, after so many requests that match. `body` is JSON;
        `headers` must have the credentials, if the operation needs some.

        Returns the id of the scheduled request.
        """
        check_keywords("schedule", Due, due)
        if len({"in_", "at", "after"} & due.keys()) != 1:
            raise TypeError("schedule() needs one of in_, at and after: when it is made")
        request = {"method": method, "path": path, "headers": due.get("headers", {})}
        if due.get("body") is not None:
            request["body"] = due["body"]
        when = {
            name.rstrip("_"): text_of(value) if isinstance(value, datetime | timedelta) else value
            for name, value in due.items()
            if name not in ("body", "headers")
        }
        id_: str = self._http.request("POST", "/schedule", {**when, "request": request})["id"]
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

    def send_webhook(
        self, name: str, url: str | None = None, **definition: Unpack[WebhookParts]
    ) -> None:
        """Send a webhook of a document in the background; `wait_for` waits for the exchange.

        It goes to `url`, or to the address that was set. `definition` may have the `body` (default:
        the documented example, or a value of the schema), `headers`, and the `api`.
        """
        check_keywords("send_webhook", WebhookParts, definition, "url")
        body = definition if url is None else {"url": url, **definition}
        self._http.request("POST", f"/webhooks/{quote(name, safe='')}", body)

    def deliveries(self) -> list[Delivery]:
        """Return the callbacks and webhooks that are under way, the oldest first."""
        return msgspec.convert(self._http.request("GET", "/deliveries"), list[Delivery])

    def requests(
        self, operation: str | None = None, *, limit: int = 1000, **filters: Unpack[Filters]
    ) -> list[JournalEntry]:
        """Return the last exchanges in the journal, oldest first.

        Filters: `api`, `method`, `path` (`*` is a wildcard), `status`, `valid`, `deprecated`,
        `since`, `number`, `direction` ("incoming" for requests of clients, "outgoing" for callbacks
        and webhooks).
        """
        check_keywords("requests", Filters, filters, "limit")
        page = self._http.request("GET", "/requests", operation=operation, limit=limit, **filters)
        return msgspec.convert(page["requests"][::-1], list[JournalEntry])

    def removed_requests(self) -> int:
        """Return how many exchanges the journal has removed because there were too many."""
        page = self._http.request("GET", "/requests", limit=1)
        return int(page.get("removed", 0))

    def wait_for(
        self,
        operation: str | None = None,
        *,
        count: int = 1,
        timeout: float = 5,
        **when: Unpack[Wanted],
    ) -> list[JournalEntry]:
        """Wait until `count` requests match, and return the newest of them, oldest first.

        `when` is that of `assert_called`. Raises AssertionError with the near misses after
        `timeout` seconds.
        """
        check_keywords("wait_for", Wanted, when, "count", "timeout")
        matcher = matcher_json(operation, when)
        deadline = time.monotonic() + timeout
        while True:
            left = min(max(deadline - time.monotonic(), 0), _POLL)
            body = {"when": matcher, "count": count, "timeout": left}
            result = self._http.request("POST", "/requests/wait", body)
            if result["met"]:
                return msgspec.convert(result["requests"][::-1], list[JournalEntry])
            if time.monotonic() >= deadline:
                raise AssertionError(not_met(matcher, count, timeout, result))

    def assert_called(
        self, operation: str | None = None, *, times: int | None = None, **when: Unpack[Wanted]
    ) -> None:
        """Assert that a request matched, at least once or exactly `times`.

        `when` says what to match: `api`, `method`, `path`, `query`, `headers`, `body` (objects with
        these fields, lists with these items in this order), `json_path`, `direction`, and the
        `status` of the response; `understudy.client.match` has regular expressions, types and
        bounds. Raises AssertionError with the near misses.
        """
        check_keywords("assert_called", Wanted, when, "times")
        matcher = matcher_json(operation, when)
        result = self.verify(matcher)
        if result["count"] != times and not (times is None and result["count"]):
            raise AssertionError(not_called(matcher, times, result))

    def verify(self, when: Mapping[str, Any]) -> dict[str, Any]:
        """Return the `count` of the requests that match `when`, and if it is 0, the near misses:
        in `near`, each `request` with its `differences`."""
        result: dict[str, Any] = self._http.request("POST", "/requests/verify", {"when": when})
        return result

    def watch(
        self, operation: str | None = None, *, recent: int = 0, **filters: Unpack[StreamFilters]
    ) -> Iterator[JournalEntry]:
        """Yield exchanges without end: the `recent` ones, then all that come after this call.

        `everywhere=True` watches all namespaces. The filters are those of `requests`, except
        `number`.
        """
        check_keywords("watch", StreamFilters, filters, "recent")
        query = {"operation": operation, **filters}
        first_events = list(self._events(None, recent=recent, seconds=0, **query))
        return self._watched(first_events, query)

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

    def curl(
        self,
        operation: str | None = None,
        *,
        default_key: bool = False,
        **filters: Unpack[Filters],
    ) -> str:
        """Return the requests as curl command lines, oldest first; filters as in `requests`.

        Credentials are `***`; with `default_key`, the key `understudy` stands as it was sent.
        """
        check_keywords("curl", Filters, filters, "operation", "default_key")
        query: dict[str, Any] = {"operation": operation, "default_key": default_key, **filters}
        return self._http.request("GET", "/requests/curl", **query) or ""

    def code(
        self,
        language: str = "curl",
        operation: str | None = None,
        *,
        default_key: bool = False,
        **filters: Unpack[Filters],
    ) -> str:
        """Return a program that sends the requests again, oldest first, by "curl", "python" (httpx)
        or "typescript" (fetch); credentials and filters as in `curl`."""
        check_keywords("code", Filters, filters, "language", "operation", "default_key")
        query: dict[str, Any] = {"operation": operation, "default_key": default_key, **filters}
        return self._http.request("GET", "/requests/code", language=language, **query) or ""

    def pytest_test(self, operation: str | None = None, **filters: Unpack[Filters]) -> str:
        """Return the source code of a pytest test that repeats the requests, oldest first, and
        asserts their statuses; filters as in `requests`."""
        check_keywords("pytest_test", Filters, filters, "operation")
        source: str = self._http.request("GET", "/requests/pytest", operation=operation, **filters)
        return source

    def har(self, operation: str | None = None, **filters: Unpack[Filters]) -> dict[str, Any]:
        """Return the exchanges as an HTTP Archive (HAR 1.2), oldest first; filters as in
        `requests`."""
        check_keywords("har", Filters, filters, "operation")
        archive: dict[str, Any] = self._http.request(
            "GET", "/requests/har", operation=operation, **filters
        )
        return archive

    def delete_namespace(self) -> None:
        """Delete the namespace with all its data, if it exists."""
        try:
            self._http.request("DELETE", f"/namespaces/{self.namespace}")
        except ControlError as error:
            if error.status != 404:
                raise

    def close(self) -> None:
        """Close the connections, and stop answering by functions; the namespace stays."""
        self._stop_functions()
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
