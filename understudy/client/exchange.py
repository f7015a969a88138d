"""Exchanges as the journal tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec


class Violation(msgspec.Struct, frozen=True):
    """One place where an exchange breaks its contract, see `understudy.errors.Violation`."""

    where: str
    at: str
    message: str
    rule: str

    def __str__(self) -> str:
        return f"{self.where}{self.at and ' ' + self.at}: {self.message}"


class JournaledRequest(msgspec.Struct, frozen=True):
    """What a client sent; credentials are starred."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


class JournaledResponse(msgspec.Struct, frozen=True):
    """What it got; a status of 0 is none at all."""

    status: int
    headers: dict[str, str]
    body: Any


class JournalEntry(msgspec.Struct, frozen=True):
    """One entry of the journal; its number is one among all of all namespaces."""

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

    def __str__(self) -> str:
        request = self.request
        query = f"?{request.query}" if request.query else ""
        fault = f" [fault {self.fault}]" if self.fault else ""
        return (
            f"{self.at:%H:%M:%S.%f} {self.operation or 'no operation'}: "
            f"{request.method} {request.path}{query} -> {self.response.status}"
            f" ({self.took_us / 1000:.1f} ms){fault}"
        )


def not_called(pattern: Mapping[str, Any], wanted: int | None, told: Mapping[str, Any]) -> str:
    """What to say where a request was not made as often as it was to be: how often it was, and what
    came closest."""
    often = "at least once" if wanted is None else _times(wanted)
    lines = [f"{_named(pattern)} was to be called {often}, but was called {_times(told['count'])}"]
    for near in told["near"]:
        lines += ["", f"close: {msgspec.convert(near['request'], JournalEntry)}"]
        lines += [f"  {_difference(one)}" for one in near["differences"]]
    return "\n".join(lines)


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")


def _named(pattern: Mapping[str, Any]) -> str:
    rest = ", ".join(f"{k}={v!r}" for k, v in pattern.items() if k not in ("operation", "api"))
    operation = pattern.get("operation", "a request")
    return f"{operation} with {rest}" if rest else str(operation)


def _difference(one: Mapping[str, Any]) -> str:
    got = repr(one["got"]) if "got" in one else "nothing"
    return f"{one['where']}: wanted {one['wanted']!r}, got {got}"
