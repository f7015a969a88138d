"""Exchanges as the journal of the control API has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec


class Violation(msgspec.Struct, frozen=True):
    """A violation of the contract; `where` is the part of the message, `at` and `rule` are JSON
    pointers into it and into the document."""

    where: str
    at: str
    message: str
    rule: str

    def __str__(self) -> str:
        return f"{self.where}{self.at and ' ' + self.at}: {self.message}"


class JournaledRequest(msgspec.Struct, frozen=True):
    """A client's request; `body` is JSON, or text, or None; credentials are replaced by `***`.
    `missing_body` says why a body is not here."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    missing_body: str | None = None


class JournaledResponse(msgspec.Struct, frozen=True):
    """The stand-in's response; `status` is 0 if a fault rule sent none. `missing_body` says why a
    body is not here."""

    status: int
    headers: dict[str, str]
    body: Any
    missing_body: str | None = None


class Attempt(msgspec.Struct, frozen=True):
    """An attempt to send a callback or a webhook: when it began, by the namespace's clock, the
    status of the response (0: there was none), and why there was no whole one."""

    at: datetime
    status: int
    error: str


class Delivery(msgspec.Struct, frozen=True):
    """A callback or a webhook that is under way: its attempts so far, which failed, and when the
    next one is (None: now)."""

    api: str
    operation: str
    url: str
    attempts: list[Attempt]
    next_at: datetime | None


class JournalEntry(msgspec.Struct, frozen=True):
    """An exchange in the journal.

    `number` counts the exchanges of all namespaces; `at` is the time by the namespace's clock;
    `took_us` is in microseconds of real time. `api` and `operation` are None if no API has the
    path. `warnings` are parameters and fields that are not in the contract; `fault` and `schedule`
    are the ids of the fault rule and of the scheduled request, if there was one; `recording` is the
    file and the entry of the recording that the response came from.

    The `direction` of a client's request is "incoming". That of a callback or a webhook is
    "outgoing": it was sent to `origin` ("http://host:1") in so many `attempts`; `error` says why it
    has no whole response, or was not sent, and `earlier_attempts` are those before the last one.
    """

    number: int
    namespace: str
    at: datetime
    took_us: int
    api: str | None
    operation: str | None
    deprecated: bool
    request: JournaledRequest
    response: JournaledResponse
    violations: list[Violation]
    warnings: list[Violation]
    fault: str | None
    schedule: str | None
    direction: str = "incoming"
    origin: str = ""
    attempts: int = 0
    error: str = ""
    earlier_attempts: list[Attempt] = []
    recording: str | None = None

    def __str__(self) -> str:
        request = self.request
        query = f"?{request.query}" if request.query else ""
        fault = f" [fault {self.fault}]" if self.fault else ""
        recording = f" [{self.recording}]" if self.recording else ""
        error = f": {self.error}" if self.error else ""
        if self.earlier_attempts:
            results = (attempt.error or str(attempt.status) for attempt in self.earlier_attempts)
            error += f" (before: {', '.join(results)})"
        return (
            f"{self.at:%H:%M:%S.%f} {self.operation or 'no operation'}: "
            f"{request.method} {self.origin}{request.path}{query} -> {self.response.status}"
            f" ({self.took_us / 1000:.1f} ms){fault}{recording}{error}"
        )


#: Characters of a value in a message.
_LONGEST = 300


def not_called(matcher: Mapping[str, Any], wanted: int | None, result: Mapping[str, Any]) -> str:
    """Return the message of a failed `assert_called`: the number of calls, and the near misses."""
    expected = "at least once" if wanted is None else _times(wanted)
    actual = _times(result["count"])
    first = f"expected {_description(matcher)} to be called {expected}, but it was called {actual}"
    return "\n".join([first, *_near_misses(result)])


def not_met(
    matcher: Mapping[str, Any], wanted: int, timeout: float, result: Mapping[str, Any]
) -> str:
    """Return the message of a failed `wait_for`: the number of requests, and the near misses."""
    first = (
        f"{result['count']} of {wanted} expected requests matched {_description(matcher)} "
        f"within {timeout:g} seconds"
    )
    return "\n".join([first, *_near_misses(result)])


def _near_misses(result: Mapping[str, Any]) -> Iterator[str]:
    for near in result["near"]:
        yield from ("", *near_miss(near))


def near_miss(near: Mapping[str, Any]) -> list[str]:
    """Return the lines about a request that almost matched, and its differences."""
    lines = [f"near miss: {msgspec.convert(near['request'], JournalEntry)}"]
    return lines + [f"  {_difference(difference)}" for difference in near["differences"]]


def _times(number: int) -> str:
    return {0: "0 times", 1: "once"}.get(number, f"{number} times")


def _description(matcher: Mapping[str, Any]) -> str:
    rest = ", ".join(f"{k}={v!r}" for k, v in matcher.items() if k not in ("operation", "api"))
    operation = matcher.get("operation", "a request")
    return f"{operation} with {rest}" if rest else str(operation)


def _difference(difference: Mapping[str, Any]) -> str:
    got = _excerpt(difference["got"]) if "got" in difference else "nothing"
    note = f"{difference['note']}: " if "note" in difference else ""
    return f"{difference['where']}: {note}wanted {_excerpt(difference['wanted'])}, got {got}"


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
