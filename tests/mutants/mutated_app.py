"""Our app with something broken: a breakage stands between it and whoever asks.

One app serves all breakages at once: which one is meant is told by the namespace, `NAME` or
`NAME.anything`. In any other namespace nothing is broken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, quote, urlencode

from understudy.app import Understudy
from understudy.client import ControlClient
from understudy.client.httpx_transport import Transport
from understudy.client.in_process import InProcess
from understudy.client.requests_adapter import Adapter
from understudy.conformance.arazzo.runner import Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.http_client import HttpClient
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.serving.project import load

Headers = tuple[tuple[bytes, bytes], ...]


class Asked(NamedTuple):
    """A request as a breakage sees it, and may change it: the path is that below the namespace, the
    query is undecoded."""

    method: str
    path: str
    body: Any = None
    query: str = ""
    headers: Headers = ()


class Answered(NamedTuple):
    """An answer as a breakage sees it, and may change it. A body of `str` is plain text, one of
    `bytes` is sent as it is, None is no body, and anything else is JSON; `kind` is the content type
    where it shall be another one."""

    status: int
    body: Any
    headers: Headers = ()
    kind: str = ""

    def saying(self, **changes: Any) -> Answered:
        """The same answer with other values."""
        return self._replace(body={**self.body, **changes})


class Ask(Protocol):
    """The app itself, and what a breakage remembers (in one namespace)."""

    memory: dict[str, Any]
    times: Counter[str]

    async def __call__(self, asked: Asked) -> Answered:
        """What the app answers."""


Change = Callable[[Any], Any]


def is_for(asked: Asked, *wanted: str) -> bool:
    """Whether a request is one of those wanted: `METHOD /path`, where `*` is any one segment, or
    any method, and Zep's base path may be left out."""
    return any(
        method in ("*", asked.method)
        and re.fullmatch(
            "(/api/v2)?" + re.escape(path).replace(r"\*", "[^/]+"),
            asked.path,
        )
        for method, path in (one.split(" ") for one in wanted)
    )


async def altered(asked: Asked, ask: Ask, where: tuple[str, ...] | str, change: Change) -> Answered:
    """The answer, with another body where the request is one of those and it went well."""
    answer = await ask(asked)
    wanted = (where,) if isinstance(where, str) else where
    if 200 <= answer.status < 300 and is_for(asked, *wanted):
        return answer._replace(body=change(answer.body))
    return answer


async def renumbered(asked: Asked, ask: Ask, where: str, **statuses: int) -> Answered:
    """The answer, with another status where the request is that: `s404=200` for 404."""
    answer = await ask(asked)
    if is_for(asked, where):
        return answer._replace(status=statuses.get(f"s{answer.status}", answer.status))
    return answer


def without(body: Any, *names: str) -> Any:
    """An object without some fields, or a list of objects."""
    if isinstance(body, list):
        return [without(one, *names) for one in body]
    return {name: value for name, value in body.items() if name not in names}


def queried(asked: Asked, **changes: str | None) -> Asked:
    """The request with other parameters in its query; None takes one away."""
    told = {**dict(parse_qsl(asked.query)), **changes}
    return asked._replace(query=urlencode({n: v for n, v in told.items() if v is not None}))


def query(asked: Asked, name: str, default: str = "") -> str:
    """A parameter of the query."""
    return dict(parse_qsl(asked.query)).get(name, default)


def bare(asked: Asked, *names: str) -> Asked:
    """The request, its body lacking fields."""
    return asked._replace(body=without(asked.body, *names)) if asked.body else asked


Breakage = Callable[[Asked, Ask], Awaitable[Answered]]


class _Beyond:
    """Asks an app behind a breakage."""

    def __init__(self, ask: Ask, breakage: Breakage) -> None:
        self._ask, self._breakage = ask, breakage
        self.memory, self.times = ask.memory, ask.times

    async def __call__(self, asked: Asked) -> Answered:
        return await self._breakage(asked, self._ask)


def together(*breakages: Breakage) -> Breakage:
    """Several breakages at once; the last one is next to the app."""

    async def all_of_them(asked: Asked, ask: Ask) -> Answered:
        """One before the other."""
        for breakage in reversed(breakages):
            ask = _Beyond(ask, breakage)
        return await ask(asked)

    return all_of_them


async def nothing_is_broken(asked: Asked, ask: Ask) -> Answered:
    """All is as it should be."""
    return await ask(asked)


class Case(NamedTuple):
    """A breakage, and what finds it out: a rule (an id of the API's Arazzo document), or else, by
    its shape, an operation."""

    breakage: Breakage
    rule: str = ""
    shape: str = ""

    @property
    def name(self) -> str:
        """What it is called, in namespaces too."""
        return self.breakage.__name__


class Broken:
    """Our app, as an ASGI app, behind breakages."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._app = Understudy(load([]))
        self._breakages = {case.name: case.breakage for case in cases}
        self._memories: dict[str, tuple[dict[str, Any], Counter[str]]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer a request, by way of the breakage that its namespace names."""
        namespace, _, below = scope.get("path", "").removeprefix("/_ns/").partition("/")
        breakage = self._breakages.get(namespace.split(".")[0])
        path = f"/{below}"
        if breakage is None or scope["type"] != "http" or path.startswith("/_understudy"):
            await self._app(scope, receive, send)
            return
        memory, times = self._memories.setdefault(namespace, ({}, Counter()))
        body, query = await _taken(receive), scope["query_string"].decode("latin-1")
        told = _decoded(body) if body else None
        asked = Asked(scope["method"], path, told, query, tuple(scope["headers"]))
        asking = _Asking(self._app, scope, namespace, memory, times, told, body)
        try:
            answer = await breakage(asked, asking)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError):
            answer = asking.last or await asking(asked)  # nonsense was asked: nothing to break
        await _say(answer, send)


class _Asking:
    def __init__(
        self,
        app: Any,
        scope: dict[str, Any],
        namespace: str,
        memory: dict[str, Any],
        times: Counter[str],
        told: Any,
        raw: bytes,
    ) -> None:
        self._app, self._scope, self._namespace = app, scope, namespace
        self.memory, self.times = memory, times
        self._told, self._raw = told, raw
        self.last: Answered | None = None

    async def __call__(self, asked: Asked) -> Answered:
        body = b"" if asked.body is None else json_codec.encode(asked.body)
        if asked.body is self._told:  # as it came, to the letter
            body = self._raw
        headers = [h for h in asked.headers or self._scope["headers"] if h[0] != b"content-length"]
        if body and not any(name == b"content-type" for name, _ in headers):
            headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", b"%d" % len(body)))
        path = f"/_ns/{self._namespace}{asked.path}"
        same = path == self._scope["path"]
        changed = {
            "method": asked.method,
            "path": path,
            "raw_path": self._scope["raw_path"] if same else quote(path).encode(),
            "query_string": asked.query.encode("latin-1"),
            "headers": headers,
        }
        self.last = await _answer(self._app, {**self._scope, **changed}, body)
        return self.last


async def _answer(app: Any, scope: dict[str, Any], body: bytes) -> Answered:
    """What an app answers to a request."""
    given = [{"type": "http.request", "body": body}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    kept = tuple(h for h in sent[0]["headers"] if h[0] not in (b"content-length", b"content-type"))
    said = _decoded(answer) if answer else None
    kind = dict(sent[0]["headers"]).get(b"content-type", b"").decode()  # of what is not JSON
    return Answered(sent[0]["status"], said, kept, kind if isinstance(said, bytes) else "")


async def _taken(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _decoded(body: bytes) -> Any:
    """What the body says in JSON; where it is none, the body itself."""
    try:
        return json_codec.decode(body)
    except Problem:
        return body


async def _say(answer: Answered, send: Any) -> None:
    kind, body = b"application/json", answer.body
    if isinstance(body, str):
        kind, body = b"text/plain", body.encode()
    elif body is None:
        body = b""
    elif not isinstance(body, bytes):
        body = json_codec.encode(body)
    headers = [*answer.headers, (b"content-length", b"%d" % len(body))]
    if body:
        headers.append((b"content-type", answer.kind.encode() or kind))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Stage:
    """Broken apps in this process, to be judged by rules."""

    def __init__(self, inside: InProcess, base_path: str, headers: dict[str, str]) -> None:
        self._transport = Transport(inside)
        self._adapter = Adapter(inside)
        self._base_path, self._headers = base_path, headers
        self._numbers = count(1)

    def outcomes(
        self, name: str, rules: Iterable[Workflow], *, clock: bool = True, **settings: Any
    ) -> Iterator[Outcome]:
        """What comes of the rules under a breakage, with a clock or without one, in a fresh
        namespace with these settings, which is dropped in the end."""
        number = next(self._numbers)
        control = ControlClient("http://localhost", f"{name}.{number}", transport=self._transport)
        if settings:
            control.settings(**settings)
        yield from Runner(
            control.url + self._base_path,
            self._headers,
            run=f"run{number}",
            advance=(lambda time: _void(control.clock.advance(time))) if clock else None,
            client=HttpClient(self._adapter),
        ).run(rules)
        control.drop()


def _void(_: object) -> None:
    """Nothing is made of a result."""


@contextmanager
def staged(cases: Iterable[Case], base_path: str, **headers: str) -> Iterator[Stage]:
    """A stage for these breakages; `headers` carry the key."""
    inside = InProcess(Broken(cases))
    try:
        yield Stage(inside, base_path, headers)
    finally:
        inside.close()
