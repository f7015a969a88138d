"""The line to the server that is judged: every request of every tier goes through it.

It keeps to the rate and the number of requests that were allowed, waits where the server asks for
that (429), sends nothing anywhere else, and stops where there is no answer any more.
"""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter

from understudy.conformance.bounded_http import (
    MOST_BYTES,
    BoundedAdapter,
    Malformed,
    TooLarge,
    describe_error,
)
from understudy.errors import UsageError
from understudy.http.router import Router
from understudy.openapi.contract import Contract

#: Failures in a row after which nothing more is asked: of one operation, and of the server.
_OF_ONE, _OF_ALL = 3, 5

#: Seconds that are waited in all where the server says 429; those of one wait, with a rate given.
_IN_ALL, _AT_ONCE = 60.0, 900.0


class TargetUnavailable(requests.ConnectionError):
    """A request that is not made; its text says why."""


class TargetClient:
    """The line to the server at `base_url`, for one run.

    `patience` are the seconds to an answer's first byte, `rate` the requests a second, `most` all
    requests of the run. `over` says why nothing is sent any more ("" while it is), `spent` whether
    that is because `most` is reached. `troubles` are the failures, by operation and what went
    wrong, each with the request that met it.
    """

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        *,
        patience: float = 10,
        rate: int | None = None,
        most: int | None = None,
        wait: Callable[[float], None] = time.sleep,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.patience = patience
        self.over = ""
        self.spent = False
        self.answers = 0
        self.limited = 0
        self.waited = 0.0
        self.troubles: dict[tuple[str, str], requests.PreparedRequest] = {}
        self._origin = _origin(base_url)
        self._interval = 1 / rate if rate else 0.0
        self._budget = float("inf") if rate else _IN_ALL
        self._most, self._sent, self._next = most, 0, 0.0
        self._wait, self._tell = wait, tell
        self._row = 0
        self._rows: Counter[str] = Counter()
        self._router: Router[str] = Router()
        for operation in contract.operations:
            path = urlsplit(base_url).path + operation.path
            with suppress(UsageError):  # two that no request tells apart are one here
                self._router.add(operation.method, path, operation.id)
        self.adapter = _Adapter(self)

    def allow(self, most: int | None) -> None:
        """Let so many requests be sent, counted from the beginning of the run."""
        self._most = most
        if self.spent:
            self.over, self.spent = "", False

    def knock(self, base_url: str) -> None:
        """Raises UsageError where no server answers."""
        request = requests.Request("GET", base_url).prepare()
        try:
            with _session(BoundedAdapter()) as session:
                session.send(request, timeout=self.patience, stream=True, allow_redirects=False)
        except requests.RequestException as error:
            raise UsageError(
                f"no server answers at {base_url} ({describe_error(error)}); start it, or "
                "fix the URL"
            ) from None

    def client(self) -> httpx.Client:
        """A client whose requests go through the line. What is not sent raises UsageError."""
        return httpx.Client(transport=_Transport(self.adapter), follow_redirects=False)

    def carry(
        self, request: requests.PreparedRequest, send: Callable[[], requests.Response]
    ) -> requests.Response:
        """The answer to a request, in whole. Raises Refused, or what went wrong."""
        operation = self._operation(request)
        self._admit(request, operation)
        while True:
            self._pace()
            try:
                answer = _whole(send())
            except requests.RequestException as error:
                self._failed(operation, request, describe_error(error))
                raise
            self._row = self._rows[operation] = 0
            self.answers += 1
            if answer.status_code != 429 or not self._waits(answer):
                return answer

    def _operation(self, request: requests.PreparedRequest) -> str:
        path = urlsplit(request.url or "").path
        found = self._router.find(request.method or "", str(path).encode())
        return found[0] if isinstance(found, tuple) else f"{request.method} {path}"

    def _admit(self, request: requests.PreparedRequest, operation: str) -> None:
        reason = self.over
        if _origin(request.url or "") != self._origin:
            reason = "it would leave the server, with its key"
        elif self._rows[operation] >= _OF_ONE:
            reason = f"{operation} failed {_OF_ONE} times in a row, and is left alone"
        elif not self.over and self._most is not None and self._sent >= self._most:
            self.spent = True
            reason = self.over = "the requests of --max-requests were spent"
        if reason:
            raise TargetUnavailable(reason, request=request)

    def _pace(self) -> None:
        """Wait for this request's turn, and count it."""
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._interval
        self._sent += 1

    def _failed(self, operation: str, request: requests.PreparedRequest, what: str) -> None:
        self.troubles.setdefault((operation, what), request)
        self._row += 1
        self._rows[operation] += 1
        if self._row >= _OF_ALL:
            self.over = (
                f"{_OF_ALL} requests in a row failed (the last: {what}), and no more was sent"
            )

    def _waits(self, answer: requests.Response) -> bool:
        """Wait as the server asks; whether that may help."""
        self.limited += 1
        asked = answer.headers.get("Retry-After", "")
        seconds = float(asked) if asked.isascii() and asked.isdigit() else None
        if seconds is None or seconds > min(_AT_ONCE, self._budget - self.waited):
            return False
        seconds = max(seconds, 0.1)
        self._tell(f"waiting {seconds:.0f} s, as the server asks (429)")
        self.waited += seconds
        self._wait(seconds)
        return self._most is None or self._sent < self._most


class _Adapter(BoundedAdapter):
    """What sends requests of requests through the line."""

    def __init__(self, line: TargetClient) -> None:
        self._line = line
        super().__init__()

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **named: Any
    ) -> requests.Response:
        """The answer to a request, read in whole."""
        named |= {"stream": True, "timeout": self._line.patience}
        return self._line.carry(request, partial(super().send, request, **named))


class _Transport(httpx.BaseTransport):
    """What sends requests of httpx through the line."""

    def __init__(self, adapter: HTTPAdapter) -> None:
        self._session = _session(adapter)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, in whole."""
        wanted = requests.Request(
            request.method, str(request.url), dict(request.headers), data=request.read()
        )
        try:
            prepared = wanted.prepare()
            answer = self._session.send(
                prepared,
                allow_redirects=False,
                **self._session.merge_environment_settings(str(prepared.url), {}, True, None, None),
            )
        except TargetUnavailable as refusal:
            raise UsageError(str(refusal)) from None
        except (requests.exceptions.InvalidHeader, UnicodeError) as error:
            raise UsageError(f"a header cannot be sent: {error}") from None
        except requests.RequestException as error:
            raise httpx.ReadError(describe_error(error), request=request) from None
        headers = [(n, v) for n, v in answer.headers.items() if n.lower() not in _OF_THE_WIRE]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return httpx.Response(answer.status_code, headers=raw, content=answer.content)

    def close(self) -> None:
        """Close what is open."""
        self._session.close()


#: Headers that are about how a body was sent, which the line has undone.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def curl_of(request: requests.PreparedRequest) -> str:
    """A command line that sends a request again."""
    line = ["curl", "-X", request.method or "GET", request.url or ""]
    for name, value in request.headers.items():
        if name.lower() not in _OF_THE_LIBRARY:
            line += ["-H", f"{_text(name)}: {_text(value)}"]
    if request.body:
        line += ["--data-binary", _text(request.body)]
    return shlex.join(line)


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


#: Headers of requests that say nothing of what was asked.
_OF_THE_LIBRARY = frozenset(
    {"user-agent", "accept", "accept-encoding", "connection", "content-length"}
    | {"x-schemathesis-testcaseid"}
)


def _session(adapter: HTTPAdapter) -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()


def _whole(answer: requests.Response) -> requests.Response:
    """An answer whose body has been read; an endless one of events is left to who reads it."""
    length = answer.headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdigit()):
        answer.close()
        told = Malformed(f"its Content-Length is {length[:40]!r}")
        raise requests.ConnectionError(told, request=answer.request)
    if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
        return answer
    taken = bytearray()
    for chunk in answer.iter_content(65_536):
        taken += chunk
        if len(taken) > MOST_BYTES:
            answer.close()
            raise requests.ConnectionError(TooLarge(), request=answer.request)
    answer._content, answer._content_consumed = bytes(taken), True
    return answer
