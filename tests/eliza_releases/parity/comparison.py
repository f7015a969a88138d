"""Requests to two servers, and the differences between their responses."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from tests.eliza_releases.parity.normalization import normalized_response
from tests.eliza_releases.servers import AGENT, ElizaServer

#: Values of the request templates that are known from the start. Nothing has the id `absent`.
_VALUES = {
    "agent": AGENT,
    "user": "5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b24",
    "absent": "99999999-9999-4999-8999-999999999999",
    "server": "00000000-0000-0000-0000-000000000000",
}

#: Seconds for an agent's answer.
_ANSWER_TIMEOUT = 15


class Difference(NamedTuple):
    """A place where two responses differ: the request, a JSON path, and both values."""

    step: str
    path: str
    released: str
    stand_in: str

    def __str__(self) -> str:
        return f"{self.step}{self.path and ' ' + self.path}: {self.released} | {self.stand_in}"


class Comparison:
    """A released server and the stand-in that get the same requests, and their differences.

    In the place of the released server there may be its `recorded` answers, normalized, in their
    order; else they are kept in that list.
    """

    def __init__(
        self,
        released: ElizaServer | None,
        stand_in: ElizaServer,
        recorded: Sequence[Any] = (),
    ) -> None:
        self.servers = (stand_in,) if released is None else (released, stand_in)
        self.recorded: list[Any] = list(recorded)
        self.count = 0
        #: Requests by the first segments of their paths.
        self.families: Counter[str] = Counter()
        self.differences: list[Difference] = []
        for server in self.servers:
            server.values.update(_VALUES)

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        save: Mapping[str, str] | None = None,
        status_only: bool = False,
        shape_only: bool = False,
        with_headers: bool = False,
        **options: Any,
    ) -> None:
        """Send one request to both servers and compare the responses.

        `save` names values of the response, by JSON pointers, for later templates. With
        `status_only` the content is not compared, with `shape_only` names and types are, but not
        values; headers are compared `with_headers` only. More options are those of `send`.
        """
        if body is not None:
            options["json"] = body
        responses = [server.send(method, path, **options) for server in self.servers]
        self.count += 1
        self.families[_family(path)] += 1
        self._save(responses, save or {})
        step = f"{method} {path}" + (f" {json.dumps(body)[:80]}" if body is not None else "")
        results = [
            normalized_response(
                response,
                status_only=status_only,
                shape_only=shape_only,
                with_headers=with_headers,
            )
            for response in responses
        ]
        if len(results) == 2:
            self.recorded.append(results[0])
        self.differences += differences(step, "", self.recorded[self.count - 1], results[-1])

    def get(self, *paths: str, **options: Any) -> None:
        """Send a GET request to each path."""
        for path in paths:
            self("GET", path, **options)

    def each(self, method: str, path: str, bodies: Iterable[Any], **options: Any) -> None:
        """Send a request with each body."""
        for body in bodies:
            self(method, path, body, **options)

    def table(self, *rows: tuple[str, str, *tuple[Any, ...]]) -> None:
        """Send the requests of rows (method, path, bodies...), without a body if a row has none."""
        for method, path, *bodies in rows:
            self.each(method, path, bodies or [None])

    def advance(self, milliseconds: int) -> None:
        """Move the clocks of both servers forward."""
        for server in self.servers:
            server.set_clock_offset(server.clock_offset + milliseconds)

    def wait_for_items(self, path: str, pointer: str, count: int) -> None:
        """Wait until a list has `count` items on both servers, such as a message and its answer."""
        for server in self.servers:
            deadline = time.monotonic() + _ANSWER_TIMEOUT
            while time.monotonic() < deadline:
                if len(_value_at(server.send("GET", path), pointer, default=[])) >= count:
                    break
                time.sleep(0.1)

    def _save(self, responses: Iterable[httpx.Response], pointers: Mapping[str, str]) -> None:
        for server, response in zip(self.servers, responses, strict=True):
            for name, pointer in pointers.items():
                server.values[name] = str(_value_at(response, pointer, default="missing"))


#: Requests of one topic.
Family = Callable[[Comparison], None]


def differences(step: str, path: str, released: Any, stand_in: Any) -> Iterator[Difference]:
    """Yield the places below `path` where two normalized values differ."""
    if isinstance(released, dict) and isinstance(stand_in, dict):
        yield from _differences_of_objects(step, path, released, stand_in)
    elif (
        isinstance(released, list) and isinstance(stand_in, list) and len(released) == len(stand_in)
    ):
        for number, (item, its_counterpart) in enumerate(zip(released, stand_in, strict=True)):
            yield from differences(step, f"{path}/{number}", item, its_counterpart)
    elif type(released) is not type(stand_in) or released != stand_in:
        yield Difference(step, path, _shortened(released), _shortened(stand_in))


def _differences_of_objects(
    step: str, path: str, released: dict[str, Any], stand_in: dict[str, Any]
) -> Iterator[Difference]:
    for name in sorted({*released, *stand_in}):
        if name in released and name in stand_in:
            yield from differences(step, f"{path}/{name}", released[name], stand_in[name])
        else:
            values = (_shortened(body.get(name, "-")) for body in (released, stand_in))
            yield Difference(step, f"{path}/{name}", *values)


def _value_at(response: httpx.Response, pointer: str, default: Any) -> Any:
    """Return the value at a JSON pointer of a response's body, or the default."""
    try:
        value = response.json()
        for name in pointer.strip("/").split("/"):
            value = value[int(name) if isinstance(value, list) else name]
    except (ValueError, LookupError, TypeError):
        return default
    return value


def _family(path: str) -> str:
    parts = path.partition("?")[0].strip("/").split("/")
    return "/".join(parts[1:3]) if parts[1:2] == ["messaging"] else "/".join(parts[:2])


def _shortened(value: Any) -> str:
    text = value if value == "-" else json.dumps(value)
    return text if len(text) <= 160 else text[:157] + "..."
