"""The client of the server that is checked: every request of every tier goes through it.

It keeps to the rate and to the number of requests that are allowed, waits where the server asks for
it (429), sends nothing to any other server, and stops once the server no longer responds.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests

from understudy.conformance.run_names import RunNames
from understudy.conformance.target.bounded_http import BoundedAdapter, describe_error, read_body
from understudy.conformance.target.http_client import HttpClient, TargetUnavailable, new_session
from understudy.conformance.target.server_values import ServerValues
from understudy.errors import UsageError
from understudy.http.curl import curl_command
from understudy.http.router import Router
from understudy.http.secrets import without_user
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import own_base_urls

#: Failures in a row after which nothing more is sent: to one operation, and to the server.
_MAX_OPERATION_FAILURES, _MAX_FAILURES = 3, 5

#: Why nothing more is sent.
BUDGET_SPENT = "the requests of --max-requests were spent"

#: Seconds of waiting after 429: in all; or, if a rate is given, at once.
_MAX_WAIT, _MAX_SINGLE_WAIT = 60.0, 900.0


class TargetClient(HttpClient):
    """The client of the server at `base_url`, for one run.

    `timeout` is the time to the first byte of a response in seconds, `rate` the requests a second.
    `stop_reason` says why nothing more is sent ("" while requests are sent), `budget_spent` whether
    that is because the budget is spent. `failures` are what went wrong, by operation and
    description, each with the first request that failed so. `responses` counts responses, `limited`
    those with status 429, `waited` the seconds that were waited because of them. `observers` get
    each response, with the id of its operation.
    """

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        *,
        timeout: float = 10,
        rate: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
        progress: Callable[[str], None] = lambda _: None,
        names: RunNames | None = None,
    ) -> None:
        #: What the server made up so far.
        self.server_values = ServerValues(names or RunNames())
        #: Sends the requests of any session of `requests` through this client.
        self.adapter = _TargetAdapter(self)
        super().__init__(self.adapter, timeout)
        self.stop_reason = ""
        self.budget_spent = False
        self.responses = 0
        self.limited = 0
        self.waited = 0.0
        self.observers: list[Callable[[str, requests.Response], None]] = []
        self.failures: dict[tuple[str, str], requests.PreparedRequest] = {}
        self._base_url = base_url
        self._origin = _origin(base_url)
        self._interval = 1 / rate if rate else 0.0
        self._max_wait = float("inf") if rate else _MAX_WAIT
        self._sent, self._next_turn = 0, 0.0
        self._budget: int | None = None
        self._sleep, self._progress = sleep, progress
        self._failures_in_a_row = 0
        self._operation_failures: Counter[str] = Counter()
        self._router: Router[str] = Router()
        elsewhere = own_base_urls(contract, base_url)
        for operation in contract.operations:
            path = urlsplit(elsewhere.get(operation.id, base_url)).path + operation.path
            with suppress(UsageError):  # equivalent paths count as one
                self._router.add(operation.method, path, operation.id)

    def set_budget(self, limit: int | None) -> None:
        """Allow so many requests, counted from the beginning of the run; None is no limit."""
        self._budget = limit
        if self.budget_spent:
            self.stop_reason, self.budget_spent = "", False

    def probe(self) -> None:
        """Raise UsageError if no server answers."""
        try:
            with new_session(BoundedAdapter()) as session:
                session.get(self._base_url, timeout=self.timeout, stream=True)
        except requests.RequestException as error:
            raise UsageError(
                f"no server answers at {without_user(self._base_url)} ({describe_error(error)}); "
                "start it, or fix the URL"
            ) from None

    def transmit(
        self, request: requests.PreparedRequest, send: Callable[[], requests.Response]
    ) -> requests.Response:
        """Send a request at its turn, and return the response with its body read.

        Raises TargetUnavailable if the request may not be sent, or RequestException if it fails.
        """
        operation = self._operation(request)
        self._admit(request, operation)
        while True:
            self._await_turn()
            try:
                response = send()
                read_body(response)
            except requests.RequestException as error:
                self._record_failure(operation, request, describe_error(error))
                raise
            self._failures_in_a_row = self._operation_failures[operation] = 0
            self.responses += 1
            if response.status_code != 429 or not self._wait_for_limit(response):
                self._observe(operation, request, response)
                return response

    def _observe(
        self, operation: str, request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Let what learns from responses learn from one."""
        if response._content_consumed:
            content = response.content
            sent = f"{request.url} {_text(request.body)}"
            self.server_values.observe(sent, content.decode(errors="replace"))
            for observe in self.observers:
                observe(operation, response)

    def _operation(self, request: requests.PreparedRequest) -> str:
        path = str(urlsplit(request.url or "").path)
        match = self._router.find(request.method or "", path.encode())
        return match[0] if isinstance(match, tuple) else f"{request.method} {path}"

    def _admit(self, request: requests.PreparedRequest, operation: str) -> None:
        reason = self.stop_reason
        if _origin(request.url or "") != self._origin:
            reason = "the request would go to another server, with the key of this one"
        elif self._operation_failures[operation] >= _MAX_OPERATION_FAILURES:
            reason = f"{operation} failed {_MAX_OPERATION_FAILURES} times in a row and is skipped"
        elif not self.stop_reason and self._budget is not None and self._sent >= self._budget:
            self.budget_spent = True
            reason = self.stop_reason = BUDGET_SPENT
        if reason:
            raise TargetUnavailable(reason, request=request)

    def _await_turn(self) -> None:
        """Wait until the rate allows a request, and count it."""
        now = time.monotonic()
        if self._next_turn > now:
            time.sleep(self._next_turn - now)
        self._next_turn = max(now, self._next_turn) + self._interval
        self._sent += 1

    def _record_failure(
        self, operation: str, request: requests.PreparedRequest, description: str
    ) -> None:
        self.failures.setdefault((operation, description), request)
        self._failures_in_a_row += 1
        self._operation_failures[operation] += 1
        if self._failures_in_a_row >= _MAX_FAILURES:
            self.stop_reason = (
                f"{_MAX_FAILURES} requests in a row failed (the last: {description}), and no more "
                "were sent"
            )

    def _wait_for_limit(self, response: requests.Response) -> bool:
        """Wait as a 429 asks; return whether the request may be repeated."""
        self.limited += 1
        text = response.headers.get("Retry-After", "")
        seconds = float(text) if text.isascii() and text.isdigit() else None
        if seconds is None or seconds > min(_MAX_SINGLE_WAIT, self._max_wait - self.waited):
            return False
        seconds = max(seconds, 0.1)
        self._progress(f"waiting {seconds:.0f} s, as the server asks (429)")
        self.waited += seconds
        self._sleep(seconds)
        return self._budget is None or self._sent < self._budget


class _TargetAdapter(BoundedAdapter):
    """Sends the requests of a session through a target client."""

    def __init__(self, client: TargetClient) -> None:
        self._client = client
        super().__init__()

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send a request, and read the whole response. Overrides HTTPAdapter."""
        options |= {"stream": True, "timeout": self._client.timeout}
        return self._client.transmit(request, partial(super().send, request, **options))


def curl_of(request: requests.PreparedRequest) -> str:
    """Return a command line that sends a request again."""
    headers = {
        name: _text(value)
        for name, value in request.headers.items()
        if name.lower() not in _CLIENT_HEADERS
    }
    return curl_command(request.method or "GET", request.url or "", headers, _text(request.body))


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")


#: Headers that `requests` and Schemathesis add by themselves.
_CLIENT_HEADERS = frozenset({"user-agent", "accept", "x-schemathesis-testcaseid"})


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()
