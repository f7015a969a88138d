"""Request matchers: they select requests for fault rules, schedules and assertions, and list where
a request differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import INCOMING, Request
from understudy.openapi.document import escape
from understudy.runtime.memory_budget import size_in_memory
from understudy.runtime.plans.patterns.mismatch import Mismatch, Pattern, Steps, TooManySteps

if TYPE_CHECKING:
    from understudy.runtime.plans.patterns.json_path import JSONPath

#: Steps that a comparison may take: of a small body, and of any body; of others, one a byte.
_LEAST_STEPS = 20_000
_MOST_STEPS = 1_000_000
#: Bytes that a regular expression or a JSON path takes at most, and times that a pattern takes the
#: memory of its JSON.
_PROGRAM = 200_000
_PATTERN = 2


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

    `path` is without the namespace's prefix: a text, in which `*` stands for any text, or a
    pattern. `query` and `headers` are patterns of texts by name. `body` is the pattern of a JSON
    value, and `json_path` patterns of the values that paths lead to; a body that is not JSON is a
    text. `direction` is "incoming" for the requests of clients, "outgoing" for callbacks and
    webhooks. `size` is the memory of the patterns, in bytes.
    """

    api: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | Pattern | None = None
    query: Mapping[str, Pattern] = field(default_factory=dict)
    headers: Mapping[str, Pattern] = field(default_factory=dict)
    body: Pattern | None = None
    json_path: Mapping[str, JSONPath] = field(default_factory=dict)
    status: int | None = None
    direction: str | None = None
    size: int = 0

    @classmethod
    def from_json(cls, definition: Mapping[str, Any] | None, at: str = "") -> RequestMatcher:
        """Return the matcher with these fields; other fields are ignored.

        `at` is the JSON pointer to it in a request's body. Raises Invalid if a pattern is wrong.
        """
        # At the first plan: the start needs none of it.
        from understudy.runtime.plans.patterns.pattern_reader import PatternReader

        given = dict(definition or {})
        reader = PatternReader()
        if isinstance(given.get("path"), dict):
            given["path"] = reader.of_text(given["path"], f"{at}/path")
        for part in ("query", "headers"):
            given[part] = _each(given.get(part), reader.of_text, f"{at}/{part}")
        if "body" in given:
            given["body"] = reader.of_value(given["body"], f"{at}/body")
        given["json_path"] = {
            path: reader.of_path(path, wanted, f"{at}/json_path/{escape(path)}")
            for path, wanted in given.get("json_path", {}).items()
        }
        given["size"] = size_in_memory(definition) * _PATTERN + reader.programs * _PROGRAM
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in given.items() if name in known})

    @property
    def needs_body(self) -> bool:
        """Return whether the body of a request decides whether it matches."""
        return self.body is not None or bool(self.json_path)

    def matches(self, candidate: MatchCandidate) -> bool:
        """Return whether the request matches."""
        steps = _steps(candidate.request)
        try:
            return next(self._outside(candidate, steps), None) is None and self._fits_body(
                candidate.request, steps
            )
        except TooManySteps:
            return False

    def differences(self, candidate: MatchCandidate) -> Iterator[Mismatch]:
        """Yield where the request differs, its API and operation first."""
        steps = _steps(candidate.request)
        try:
            yield from self._outside(candidate, steps)
            yield from self._of_body(candidate.request, steps)
        except TooManySteps:
            got = f"a body of {len(candidate.request.body)} bytes"
            yield Mismatch("body", "a simpler pattern", got, "the comparison took too many steps")

    def _outside(self, candidate: MatchCandidate, steps: Steps) -> Iterator[Mismatch]:
        """Yield where the request differs outside its body."""
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
            if not isinstance(self.path, str):
                yield from self.path.differences(path, "path", steps)
            elif not fnmatchcase(path, _only_stars(self.path)):
                yield Mismatch("path", self.path, path)
        if self.query:
            query = dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))
            for name, pattern in self.query.items():
                yield from pattern.differences(query.get(name, ABSENT), f"query {name}", steps)
        if self.headers:
            headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()}
            for name, pattern in self.headers.items():
                got = headers.get(name.lower(), ABSENT)
                yield from pattern.differences(got, f"header {name.lower()}", steps)

    def _fits_body(self, request: Request, steps: Steps) -> bool:
        if not self.needs_body:
            return True
        body = decode_or_text(request.body)
        return (self.body is None or self.body.fits(body, steps)) and all(
            path.fits(body, steps) for path in self.json_path.values()
        )

    def _of_body(self, request: Request, steps: Steps) -> Iterator[Mismatch]:
        if not self.needs_body:
            return
        body = decode_or_text(request.body)
        if self.body is not None:
            yield from self.body.differences(body, "body", steps)
        for path in self.json_path.values():
            yield from path.differences(body, steps)


def _each(
    given: Mapping[str, Any] | None, read: Callable[[Any, str], Pattern], at: str
) -> dict[str, Pattern]:
    return {name: read(wanted, f"{at}/{escape(name)}") for name, wanted in (given or {}).items()}


def _steps(request: Request) -> Steps:
    return Steps(min(_LEAST_STEPS + len(request.body), _MOST_STEPS))


def _only_stars(path: str) -> str:
    """Return a path as a pattern of fnmatch in which only `*` is special."""
    return path.replace("[", "[[]").replace("?", "[?]")
