"""What the clients of a history do, and how it is said to Zep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random
from typing import Any, NamedTuple

from tests.support.histories.model import RECALLED, row_of
from tests.support.histories.verdict import LASTING

ZEP = "/api/v2"

#: The sessions that all clients use; those of one colour are ended together.
COLOURS = ("red", "green", "blue", "grey")
KEYS = tuple(f"{colour}-{number}" for colour in COLOURS for number in (1, 2, 3))

_OWNER = "ada"
_PAGE_SIZE = 5

#: How often each action is chosen.
_WEIGHTS = {
    "create": 14,
    "get": 14,
    "change": 20,
    "end": 2,
    "end_all": 3,
    "delete": 7,
    "say": 14,
    "hear": 10,
    "recall": 4,
    "list": 4,
    "pages": 2,
    "last": 3,
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


def steps(client: int, random: Random) -> Iterator[Step]:
    """Yield what a client does, without an end."""
    values = (f"{client}.{number}" for number in count())
    while True:
        (chosen,) = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        key = random.choice(KEYS)
        if chosen == "pages":
            oldest_first = random.random() < 0.5
            for number in (1, 2, 3):
                yield Step("page", (), (number, _PAGE_SIZE, oldest_first))
        elif chosen == "end_all":
            colour = random.choice(COLOURS)
            yield Step("end", tuple(key for key in KEYS if key.startswith(colour)))
        elif chosen == "last":
            value = next(values)
            yield Step("create", (f"{LASTING}{value}",), (value,))
        elif chosen == "create":
            yield Step("create", (key,), (next(values),))
        elif chosen == "change":
            yield Step("change", (key,), (random.choice(("left", "right")), next(values)))
        elif chosen == "say":
            yield Step("say", (key,), (next(values), next(values)))
        else:
            yield Step(chosen, () if chosen == "list" else (key,))


def first_request() -> Request:
    """Return the request that adds the user of all sessions."""
    return Request("POST", f"{ZEP}/users", {"user_id": _OWNER})


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
