"""What the clients of a history do, and how it is said to Zep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random
from typing import Any, NamedTuple

from tests.support.histories.model import RECALLED, row_of
from tests.support.histories.verdict import LASTING

ZEP = "/api/v2"

#: The sessions that all clients create, change and delete; each is judged alone.
KEYS = tuple(f"key{number}" for number in range(12))

_OWNER = "ada"
_PAGE_SIZE = 5

#: How often each action is chosen.
_WEIGHTS = {
    "create": 14,
    "get": 12,
    "change": 18,
    "end": 4,
    "delete": 7,
    "say": 13,
    "hear": 9,
    "recall": 4,
    "list": 4,
    "pages": 2,
    "trio": 1,
    "end_trio": 3,
    "get_trio": 9,
}


class Step(NamedTuple):
    """An operation that a client shall do; see `Operation` for the fields."""

    action: str
    keys: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()


class Request(NamedTuple):
    """What a client sends."""

    method: str
    path: str
    body: Any = None


class Workload:
    """What all clients of a history do, at random.

    They use `KEYS` in all ways, and trios: three sessions that are ended together, looked at one by
    one, and never deleted.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._trios: list[str] = []

    def steps(self, client: int) -> Iterator[Step]:
        """Yield what a client does, without an end."""
        random = Random(f"{self._seed}-{client}")
        values = (f"{client}.{number}" for number in count())
        while True:
            (chosen,) = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            if chosen == "trio":
                yield from self._new_trio(next(values))
            elif chosen in ("end_trio", "get_trio"):
                yield from self._use_trio(chosen, random)
            elif chosen == "pages":
                oldest_first = random.random() < 0.5
                yield from (Step("page", (), (n, _PAGE_SIZE, oldest_first)) for n in (1, 2, 3))
            elif chosen == "list":
                yield Step("list")
            else:
                yield Step(chosen, (random.choice(KEYS),), _values(chosen, values, random))

    def _new_trio(self, value: str) -> Iterator[Step]:
        name = f"{LASTING}{value}"
        for number in (1, 2, 3):
            yield Step("create", (f"{name}-{number}",), (f"{value}-{number}",))
        self._trios.append(name)

    def _use_trio(self, chosen: str, random: Random) -> Iterator[Step]:
        """Yield a step with one of the last trios, if there is any."""
        if self._trios:
            name = random.choice(self._trios[-3:])
            keys = [f"{name}-{number}" for number in random.sample((1, 2, 3), 3)]
            yield Step("end", tuple(keys)) if chosen == "end_trio" else Step("get", (keys[0],))


def _values(action: str, values: Iterator[str], random: Random) -> tuple[str, ...]:
    """Return what an action writes."""
    if action == "create":
        return (next(values),)
    if action == "change":
        return random.choice(("left", "right")), next(values)
    return (next(values), next(values)) if action == "say" else ()


def first_request() -> Request:
    """Return the request that adds the user of all sessions."""
    return Request("POST", f"{ZEP}/users", {"user_id": _OWNER})


def any_read() -> Request:
    """Return a request that changes nothing, and that a server without its store cannot answer."""
    return Request("GET", f"{ZEP}/users/{_OWNER}")


def request_of(step: Step) -> Request:
    """Return the request of a step."""
    return _REQUESTS[step.action](*step.keys, *step.values)


def _end(*keys: str) -> Request:
    if len(keys) == 1:
        return Request("POST", f"{ZEP}/sessions/{keys[0]}/end", {})
    return Request("POST", f"{ZEP}/sessions/end", {"session_ids": keys})


def _create(key: str, made: str) -> Request:
    body = {"session_id": key, "user_id": _OWNER, "metadata": {"made": made}}
    return Request("POST", f"{ZEP}/sessions", body)


def _say(key: str, *texts: str) -> Request:
    types = ("user", "assistant")
    messages = [
        {"role_type": types[number % 2], "role": "someone", "content": text}
        for number, text in enumerate(texts)
    ]
    return Request("POST", f"{ZEP}/sessions/{key}/memory", {"messages": messages})


def _page(number: int, size: int, oldest_first: bool) -> Request:
    query = f"page_number={number}&page_size={size}&asc={str(oldest_first).lower()}"
    return Request("GET", f"{ZEP}/sessions-ordered?{query}")


_REQUESTS: Mapping[str, Callable[..., Request]] = {
    "create": _create,
    "get": lambda key: Request("GET", f"{ZEP}/sessions/{key}"),
    "change": lambda key, name, value: Request(
        "PATCH", f"{ZEP}/sessions/{key}", {"metadata": {name: value}}
    ),
    "end": _end,
    "delete": lambda key: Request("DELETE", f"{ZEP}/sessions/{key}/memory"),
    "say": _say,
    "hear": lambda key: Request("GET", f"{ZEP}/sessions/{key}/messages"),
    "recall": lambda key: Request("GET", f"{ZEP}/sessions/{key}/memory?lastn={RECALLED}"),
    "list": lambda: Request("GET", f"{ZEP}/sessions-ordered?asc=true"),
    "page": _page,
}


def view_of(action: str, body: Any) -> Any:
    """Return what the model predicts of the body of a success."""
    if action in ("create", "get", "change"):
        return row_of(body)
    if action in ("end", "list", "page"):
        sessions = body["sessions"] if "sessions" in body else [body["session"]]
        return tuple(map(row_of, sessions))
    if action in ("hear", "recall"):
        return tuple(message["content"] for message in body["messages"])
    return None
