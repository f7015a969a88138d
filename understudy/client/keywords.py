"""The keywords of the client's methods, defined once, so that editors complete them and type
checkers find the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from understudy.suggestions import hint

if TYPE_CHECKING:
    from understudy.client.stubs.messages import Response

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True

#: Seconds to wait: a constant, `{"uniform": [0.1, 0.5]}`, or
#: `{"lognormal": {"median": 0.2, "sigma": 0.5}}`.
Delay = float | timedelta | Mapping[str, Any]

#: What a keyword is called by other tools, or by another method of ours.
_CALLED_ELSEWHERE = {
    "latency": "delay",
    "json": "body",
    "status_code": "status",
    "params": "query",
    "callback": "body",
    "count": "times",
    "times": "count",
}


class Request(TypedDict, total=False):
    """What a request must have to match: texts, or patterns; `json_path` has patterns by paths."""

    api: str
    method: str
    path: str | Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    body: Any
    json_path: Mapping[str, Any]


class When(Request, total=False):
    """Which requests: those of an operation, and with these properties."""

    operation: str


class Wanted(Request, total=False):
    """What a request and its response must have to match."""

    status: int
    direction: Literal["incoming", "outgoing"]


class Selection(TypedDict, total=False):
    """Which exchanges of the journal; in a `path`, `*` is a wildcard."""

    api: str
    method: str
    path: str
    status: int
    valid: bool
    deprecated: bool
    direction: Literal["incoming", "outgoing"]
    since: int


class Filters(Selection, total=False):
    """Which exchanges of the journal, perhaps only one."""

    number: int


class StreamFilters(Selection, total=False):
    """Which exchanges to watch, perhaps those of all namespaces."""

    everywhere: bool


class Plan(TypedDict, total=False):
    """Which requests a rule applies to: `times` is how many (None: all), `probability` (0 to 1) is
    drawn from `seed`. With `allow_invalid` it may answer what the contract forbids."""

    when: When
    times: int | None
    probability: float
    seed: str
    allow_invalid: bool


class Stub(Plan, total=False):
    """What belongs to a response that `respond` plans; `delay` is in seconds."""

    status: int | None
    headers: Mapping[str, str] | None
    delay: Delay | None
    template: bool


class Drip(TypedDict):
    """Chunks of so many bytes, with so many seconds between them."""

    bytes: int
    every: float


class RateLimit(TypedDict):
    """So many requests in so many seconds."""

    requests: int
    seconds: int


class Fault(Stub, total=False):
    """What a fault rule does, and to which requests."""

    example: str
    body: Any
    responses: Sequence[Response | Mapping[str, Any]]
    connection: Literal["close", "reset"]
    corrupt: Literal["truncate", "garble"]
    drip: Drip
    rate_limit: RateLimit
    handled: bool
    callback_url: str


class After(TypedDict, total=False):
    """After so many requests that match."""

    when: When
    times: int


class Due(TypedDict, total=False):
    """When a scheduled request is made (one of the first three), and what it has."""

    in_: str | timedelta
    at: str | datetime
    after: After
    body: Any
    headers: Mapping[str, str]


class Units(TypedDict, total=False):
    """The units of a duration, as `timedelta` has them."""

    weeks: float
    days: float
    hours: float
    minutes: float
    seconds: float
    milliseconds: float
    microseconds: float


class WebhookParts(TypedDict, total=False):
    """What a webhook has that is sent by a test."""

    api: str
    body: Any
    headers: Mapping[str, str]


class RecordChange(TypedDict):
    """A record as it shall be (None: deleted), and as it is `expected` to be now (None: there is
    none; left out: whatever it is)."""

    api: str
    tenant: str
    collection: str
    key: str
    record: Mapping[str, Any] | None
    expected: NotRequired[Mapping[str, Any] | None]


class Settings(TypedDict, total=False):
    """The settings of a namespace; `apis` has those of each API by its name."""

    strict: bool
    personas: Mapping[str, str]
    apis: Mapping[str, Mapping[str, Any]]


def check_keywords(method: str, keywords: type, given: Mapping[str, Any], *others: str) -> None:
    """Raise TypeError for a keyword that a method does not have; it has those of `keywords`, and
    `others`."""
    known = sorted({*keywords.__annotations__, *others})
    for name in given:
        if name not in known:
            meant = _CALLED_ELSEWHERE.get(name)
            nearest = hint(meant if meant in known else name, known)
            raise TypeError(f"{method}() has no keyword {name!r}{nearest}")
