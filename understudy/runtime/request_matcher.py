"""Patterns of requests: which ones a fault strikes, a schedule counts, a test asks for; and where
one that does not fit differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Request


class Mismatch(NamedTuple):
    """One place where a request is not what was wanted; `got` is ABSENT where nothing was there."""

    where: str
    wanted: Any
    got: Any

    def as_json(self) -> dict[str, Any]:
        """The difference as plain JSON, without `got` where nothing was there."""
        told = {"where": self.where, "wanted": self.wanted}
        return told if self.got is ABSENT else {**told, "got": self.got}

    def __str__(self) -> str:
        return f"{self.where}: wanted {self.wanted!r}, got {self.got!r}"


class MatchCandidate(NamedTuple):
    """What a pattern looks at: a request, what it was taken for, and the answer if there is one."""

    api: str | None
    operation: str | None
    request: Request
    status: int | None = None


@dataclass(frozen=True, slots=True)
class RequestMatcher:
    """What a request has to be; what is None may be anything.

    `path` is without the namespace and may have `*` in it; `query` and `headers` are texts by name;
    of `body` an object fits where its named fields do, whatever else there is, and an array item
    by item.
    """

    api: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    body: Any = ABSENT
    status: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> RequestMatcher:
        """The pattern with these fields."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (given or {}).items() if name in known})

    def matches(self, subject: MatchCandidate) -> bool:
        """Whether the request is like this."""
        return next(self.differences(subject), None) is None

    def differences(self, subject: MatchCandidate) -> Iterator[Mismatch]:
        """Where the request is not like this, what it was taken for first."""
        request = subject.request
        told = (
            ("api", self.api, subject.api),
            ("operation", self.operation, subject.operation),
            ("status", self.status, subject.status),
            ("method", self.method and self.method.upper(), request.method),
        )
        for where, wanted, got in told:
            if wanted is not None and wanted != got:
                yield Mismatch(where, wanted, ABSENT if got is None else got)
        if self.path is not None:
            path = request.path.decode("latin-1")
            if not fnmatchcase(path, _only_stars(self.path)):
                yield Mismatch("path", self.path, path)
        if self.query:
            query = dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))
            yield from _texts("query", self.query, query)
        if self.headers:
            headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()}
            lower = {name.lower(): wanted for name, wanted in self.headers.items()}
            yield from _texts("header", lower, headers)
        if self.body is not ABSENT:
            yield from _within(self.body, decode_or_text(request.body))


def _only_stars(path: str) -> str:
    """The pattern of fnmatch in which nothing but `*` is special."""
    return path.replace("[", "[[]").replace("?", "[?]")


def _texts(where: str, wanted: Mapping[str, str], got: Mapping[str, str]) -> Iterator[Mismatch]:
    for name, text in wanted.items():
        if got.get(name) != text:
            yield Mismatch(f"{where} {name}", text, got.get(name, ABSENT))


def _within(wanted: Any, got: Any) -> Iterator[Mismatch]:
    """Where `got` lacks what is wanted; without recursion, as clients choose the depth."""
    pending = [("", wanted, got)]
    while pending:
        place, part, there = pending.pop()
        if isinstance(part, dict) and isinstance(there, dict):
            pending += [(f"{place}/{k}", v, there.get(k, ABSENT)) for k, v in part.items()]
        elif isinstance(part, list) and isinstance(there, list) and len(part) == len(there):
            pending += [
                (f"{place}/{number}", *pair)
                for number, pair in enumerate(zip(part, there, strict=True))
            ]
        elif part != there or isinstance(part, bool) is not isinstance(there, bool):
            yield Mismatch(f"body {place}".strip(), part, there)
