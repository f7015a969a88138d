"""A namespace of a running stand-in, and an API in it, as a test sees them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx
import msgspec

from understudy.client.clock import Clock
from understudy.client.control_http import ControlError, ControlHTTP, text_of
from understudy.client.exchange import JournalEntry, not_called
from understudy.client.state import State

if TYPE_CHECKING:
    pass

#: Seconds of one long poll; a longer wait asks again.
_POLL = 2.0


class ControlClient:
    """One namespace of a running stand-in; `origin` is the server's, such as
    http://127.0.0.1:3000."""

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
        self._wire = ControlHTTP(self.url, token, transport)
        self.clock = Clock(self._wire)
        self.state = State(self._wire)

    @property
    def url(self) -> str:
        """Where the namespace's APIs begin."""
        return f"{self.origin}/_ns/{self.namespace}"

    def reset(self, seed: str | None = None) -> None:
        """Forget everything in the namespace, and begin again."""
        self._wire.ask("POST", "/reset", {} if seed is None else {"seed": seed})

    def settings(self, **change: Any) -> dict[str, Any]:
        """The settings, after a change such as `strict=True` or `personas={"petstore": "new"}`."""
        told: dict[str, Any] = self._wire.ask("PATCH", "/settings", change)
        return told

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
        """Plan a fault: always, or the next `times`; its id. `then` says what happens, in the words
        of addFault in the side door's document."""
        pattern = {**(when or {}), **({"operation": operation} if operation else {})}
        told: dict[str, Any] = {
            "when": pattern,
            "then": then,
            "times": times,
            "probability": probability,
        }
        if seed is not None:
            told["seed"] = seed
        planned: str = self._wire.ask("POST", "/faults", told)["id"]
        return planned

    def fail_next(self, operation: str | None = None, *, times: int = 1, **fault: Any) -> str:
        """Plan a fault for the next request, or the next `times`; see `fail`."""
        return self.fail(operation, times=times, **fault)

    def remove_fault(self, fault: str) -> None:
        """Let a fault strike no more."""
        self._wire.ask("DELETE", f"/faults/{fault}")

    def clear_faults(self) -> None:
        """Let all go well again."""
        self._wire.ask("DELETE", "/faults")

    def faults(self) -> list[dict[str, Any]]:
        """The faults, and how often each has struck."""
        told: list[dict[str, Any]] = self._wire.ask("GET", "/faults")
        return told

    def schedule(self, method: str, path: str, *, body: Any = None, **when: Any) -> str:
        """Plan a request: `in_="PT5M"` (or a timedelta), `at="2026-01-01T00:00:00Z"` (or a
        datetime), or `after={"when": {...}, "times": 3}`, with `headers` if it needs them; its id.
        """
        request = {"method": method, "path": path, "headers": when.pop("headers", {})}
        if body is not None:
            request["body"] = body
        told = {
            name.rstrip("_"): text_of(value) if isinstance(value, datetime | timedelta) else value
            for name, value in when.items()
        }
        planned: str = self._wire.ask("POST", "/schedule", {**told, "request": request})["id"]
        return planned

    def requests(
        self, operation: str | None = None, *, limit: int = 1000, **filters: Any
    ) -> list[JournalEntry]:
        """The exchanges of the namespace, oldest first; the filters are those of listRequests."""
        told = self._wire.ask("GET", "/requests", operation=operation, limit=limit, **filters)
        return msgspec.convert(told["requests"][::-1], list[JournalEntry])

    def wait_for(
        self, operation: str | None = None, *, count: int = 1, timeout: float = 5, **when: Any
    ) -> list[JournalEntry]:
        """Wait until so many requests fit; they. Raises AssertionError after `timeout` seconds."""
        pattern = {**when, **({"operation": operation} if operation else {})}
        deadline = time.monotonic() + timeout
        while True:
            left = min(max(deadline - time.monotonic(), 0), _POLL)
            body = {"when": pattern, "count": count, "timeout": left}
            told = self._wire.ask("POST", "/requests/wait", body)
            if told["met"]:
                return msgspec.convert(told["requests"][::-1], list[JournalEntry])
            if time.monotonic() >= deadline:
                raise AssertionError(
                    f"{told['count']} and not {count} requests fit {pattern} in {timeout} seconds"
                )

    def assert_called(
        self, operation: str | None = None, *, times: int | None = None, **when: Any
    ) -> None:
        """Assert that a request was made (at least once, or so many `times`) that fits: `path`,
        `query`, `headers`, `body`, `method`, `status`. Raises AssertionError with what came
        closest."""
        __tracebackhide__ = True
        pattern = {**when, **({"operation": operation} if operation else {})}
        told = self._wire.ask("POST", "/requests/verify", {"when": pattern})
        if told["count"] != times and not (times is None and told["count"]):
            raise AssertionError(not_called(pattern, times, told))

    def watch(
        self, operation: str | None = None, *, recent: int = 0, **filters: Any
    ) -> Iterator[JournalEntry]:
        """The exchanges as they come, without end: the `recent` ones, then those that come after
        this call; `everywhere=True` watches all namespaces. The filters are those of
        watchRequests."""
        filters = {"operation": operation, **filters}
        begun = list(self._events(None, recent=recent, seconds=0, **filters))
        return self._watched(begun, filters)

    def _watched(
        self, events: Iterable[tuple[str, bytes]], filters: dict[str, Any]
    ) -> Iterator[JournalEntry]:
        last = None
        while True:
            for number, told in events:
                last = number
                if told:
                    yield msgspec.json.decode(told, type=JournalEntry)
            events = self._events(last, **filters)

    def _events(self, last: str | None, **query: Any) -> Iterator[tuple[str, bytes]]:
        return self._wire.events("/requests/events", last, **query)

    def curl(self, **filters: Any) -> str:
        """The requests as command lines of curl, oldest first."""
        return self._wire.ask("GET", "/requests/curl", **filters) or ""

    def pytest(self, **filters: Any) -> str:
        """The exchanges as a test for the fixtures of pytest's plugin, oldest first."""
        text: str = self._wire.ask("GET", "/requests/pytest", **filters)
        return text

    def har(self, **filters: Any) -> dict[str, Any]:
        """The exchanges as an HTTP Archive."""
        told: dict[str, Any] = self._wire.ask("GET", "/requests/har", **filters)
        return told

    def drop(self) -> None:
        """Forget the namespace itself."""
        try:
            self._wire.ask("DELETE", f"/namespaces/{self.namespace}")
        except ControlError as error:
            if error.status != 404:
                raise

    def close(self) -> None:
        """Close the connections; the namespace stays."""
        self._wire.close()

    def __repr__(self) -> str:
        return f"<side door of {self.url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
