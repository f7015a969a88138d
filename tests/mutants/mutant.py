"""A mutant: one defect of a server. It stands between the app and its client, and may change the
request, the response, or both."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

Headers = tuple[tuple[bytes, bytes], ...]

#: Makes a new body, or a whole new Response, of the body of a response.
Change = Callable[[Any], Any]

#: `caught_by` of a mutant that no rule catches: Schemathesis does, by the contract.
SHAPE = "(schema)"

#: `caught_by` of a mutant that some rule catches, but not always the same one.
ALL_RULES = "(all rules together)"


class Request(NamedTuple):
    """A request: its path without the namespace, its query still encoded, its body decoded if it is
    JSON. Without headers it is sent with those of the request that the mutant received."""

    method: str
    path: str
    body: Any = None
    query: str = ""
    headers: Headers = ()

    def matches(self, *patterns: str) -> bool:
        """Return whether the request matches a pattern: `METHOD PATH`, see `_compiled`."""
        return any(
            _compiled(pattern).fullmatch(f"{self.method} {self.path}") for pattern in patterns
        )

    @property
    def last_part(self) -> str:
        """The last segment of the path: in most cases an id."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The path without its last segment."""
        return self.path.rpartition("/")[0]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the query."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def with_fields(self, **values: Any) -> Request:
        """The request with other fields in its body."""
        return self._replace(body={**self.body, **values})

    def with_query(self, **values: str | None) -> Request:
        """The request with other parameters in its query; None removes one."""
        parameters = {**self.parameters, **values}
        return self._replace(
            query=urlencode({name: v for name, v in parameters.items() if v is not None})
        )


class Response(NamedTuple):
    """A response. A body of `str` is plain text, one of `bytes` is sent unchanged, None is no body,
    anything else is JSON; `content_type` is for what is not JSON."""

    status: int
    body: Any
    headers: Headers = ()
    content_type: str = ""

    @property
    def ok(self) -> bool:
        """Return whether the request succeeded."""
        return 200 <= self.status < 300

    def with_fields(self, **values: Any) -> Response:
        """The response with other fields in its body."""
        return self._replace(body={**self.body, **values})

    def changed(self, change: Change) -> Response:
        """The response as a change of its body makes it."""
        result = change(self.body)
        return result if isinstance(result, Response) else self._replace(body=result)


class App(ABC):
    """The app as a mutant sees it, with what the mutant remembers and counts in this namespace."""

    memory: dict[str, Any]
    counts: Counter[str]

    @abstractmethod
    async def __call__(self, request: Request) -> Response:
        """Return the app's response."""

    async def get(self, path: str) -> Response:
        """Read a resource."""
        return await self(Request("GET", path))

    async def post(self, path: str, body: Any = None) -> Response:
        """Create a resource."""
        return await self(Request("POST", path, body))

    async def delete(self, path: str) -> Response:
        """Delete a resource."""
        return await self(Request("DELETE", path))


Handler = Callable[[Request, App], Awaitable[Response]]


@dataclass(frozen=True)
class Mutant:
    """A defect, and the id of the rule that is expected to catch it (or SHAPE, or ALL_RULES);
    `survives` says why nothing catches it. Its name names a namespace, too."""

    handler: Handler
    caught_by: str = ""
    survives: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.handler.__name__)

    @property
    def rule(self) -> str:
        """The id of the rule, if one rule is expected to catch it."""
        return "" if self.caught_by in (SHAPE, ALL_RULES) else self.caught_by


class _Behind(App):
    """An app behind another mutant."""

    def __init__(self, app: App, mutant: Mutant) -> None:
        self._app, self._mutant = app, mutant
        self.memory, self.counts = app.memory, app.counts

    async def __call__(self, request: Request) -> Response:
        return await self._mutant.handler(request, self._app)


def together(name: str, *mutants: Mutant) -> Mutant:
    """Several mutants as one; the last one is next to the app."""

    async def handler(request: Request, app: App) -> Response:
        for mutant in reversed(mutants):
            app = _Behind(app, mutant)
        return await app(request)

    return Mutant(handler, name=name)


async def no_mutant(request: Request, app: App) -> Response:
    """Change nothing."""
    return await app(request)


#: The parts of a pattern that are not literal, and the regular expressions that they stand for.
_GLOBS = {"/**": "(?:/.*)?", "*": "[^/]+", "{": "(?:", ",": "|", "}": ")"}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern such as `GET|PATCH /users/*`. A method of `*` is any. In the path, `*` is
    one segment, `!(x)` one segment but x, `/**` all that follows, `{a,b}` a or b; Zep's base paths
    may be left out."""

    def expression(part: re.Match[str]) -> str:
        if part[1]:
            return f"(?!{part[1]}(?:/|$))[^/]+"
        return _GLOBS.get(part[0]) or re.escape(part[0])

    method, _, path = pattern.partition(" ")
    glob = re.sub(r"!\((\w+)\)|/\*\*|\W", expression, path)
    return re.compile(f"(?:{'[A-Z]+' if method == '*' else method}) (?:/api/v[24])?{glob}")
