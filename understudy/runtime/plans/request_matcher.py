"""Request matchers: they select requests for fault rules, schedules and assertions, and list where
a request differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import INCOMING, Request


class Mismatch(NamedTuple):
    """One place where a request differs from a matcher; `got` is ABSENT if nothing is there."""

    where: str
    wanted: Any
    got: Any

    def as_json(self) -> dict[str, Any]:
        """Return the mismatch as plain JSON, without `got` if nothing is there."""
        description = {"where": self.where, "wanted": self.wanted}
        return description if self.got is ABSENT else {**description, "got": self.got}

    def __str__(self) -> str:
        return f"{self.where}: wanted {self.wanted!r}, got {self.got!r}"


class MatchCandidate(NamedTuple):
    """What a matcher looks at: a request, its API and operation, the status of its response, and
    who sent it; what is not known is None."""

    api: str | None
    operation: str | None
    request: Request
    status: int | None = None
    direction: str = INCOMING


@dataclass(frozen=True, slots=True)
class RequestMatcher:
    """The properties that a request must have to match; None matches everything.

    `path` is without the namespace's prefix, and `*` in it stands for any text. `query` and
    `headers` are values by name. In `body`, an object matches if the fields that it names match,
    whatever other fields there are; an array matches item by item. `direction` is "incoming" for
    the requests of clients, "outgoing" for callbacks and webhooks.
    """

    api: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    body: Any = ABSENT
    status: int | None = None
    direction: str | None = None

    @classmethod
    def from_json(cls, definition: Mapping[str, Any] | None) -> RequestMatcher:
        """Return the matcher with these fields; other fields are ignored."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (definition or {}).items() if name in known})

    def matches(self, candidate: MatchCandidate) -> bool:
        """Return whether the request matches."""
        return next(self.differences(candidate), None) is None

    def differences(self, candidate: MatchCandidate) -> Iterator[Mismatch]:
        """Yield where the request differs, its API and operation first."""
        request = candidate.request
        exact = (
            ("api", self.api, candidate.api),
            ("operation", self.operation, candidate.operation),
            ("direction", self.direction, candidate.direction),
            ("status", self.status, candidate.status),
            ("method", self.method and self.method.upper(), request.method),
        )
        for where, wanted, got in exact:
            if wanted is not None and wanted != got:
                yield Mismatch(where, wanted, ABSENT if got is None else got)
        if self.path is not None:
            path = request.path.decode("latin-1")
            if not fnmatchcase(path, _only_stars(self.path)):
                yield Mismatch("path", self.path, path)
        if self.query:
            query = dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))
            yield from _text_differences("query", self.query, query)
        if self.headers:
            headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()}
            lower = {name.lower(): wanted for name, wanted in self.headers.items()}
            yield from _text_differences("header", lower, headers)
        if self.body is not ABSENT:
            yield from _body_differences(self.body, decode_or_text(request.body))


def _only_stars(path: str) -> str:
    """Return a path as a pattern of fnmatch in which only `*` is special."""
    return path.replace("[", "[[]").replace("?", "[?]")


def _text_differences(
    where: str, wanted: Mapping[str, str], got: Mapping[str, str]
) -> Iterator[Mismatch]:
    for name, text in wanted.items():
        if got.get(name) != text:
            yield Mismatch(f"{where} {name}", text, got.get(name, ABSENT))


def _body_differences(wanted: Any, got: Any) -> Iterator[Mismatch]:
    """Yield where a body differs; without recursion, because clients choose its depth."""
    pending = [("", wanted, got)]
    while pending:
        place, expected, actual = pending.pop()
        if isinstance(expected, dict) and isinstance(actual, dict):
            pending += [(f"{place}/{k}", v, actual.get(k, ABSENT)) for k, v in expected.items()]
        elif (
            isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual)
        ):
            pending += [
                (f"{place}/{number}", *pair)
                for number, pair in enumerate(zip(expected, actual, strict=True))
            ]
        elif expected != actual or isinstance(expected, bool) is not isinstance(actual, bool):
            yield Mismatch(f"body {place}".strip(), expected, actual)
