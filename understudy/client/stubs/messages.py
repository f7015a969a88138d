"""The requests that a function of a test gets, and the responses that a test plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec

from understudy.client.keywords import Delay
from understudy.http.json_codec import ABSENT

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class Request(msgspec.Struct, frozen=True):
    """A client's request, as a function gets it.

    `path` is without the namespace, `query` undecoded, header names are lower-case; `body` is JSON,
    or text, or None.
    """

    api: str
    operation: str
    method: str
    path: str
    path_parameters: dict[str, str]
    query: str
    headers: dict[str, str]
    body: Any

    @property
    def query_parameters(self) -> dict[str, str]:
        """The query parameters by name; of several values the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Response:
    """A response that a stand-in shall give.

    Without a `status` it is a success. Without a `body` it has the document's example for the
    status, and without both it is the stand-in's own. `delay` is in seconds, a timedelta, or a
    distribution.
    With a `connection` there is no response: the connection is closed, or reset.
    """

    status: int | None = None
    body: Any = ABSENT
    headers: Mapping[str, str] | None = None
    delay: Delay | None = None
    connection: Literal["close", "reset"] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fields that are given, as the control API has them."""
        fields = {
            "status": self.status,
            "headers": self.headers and dict(self.headers),
            "delay": seconds_of(self.delay),
            "connection": self.connection,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return given if self.body is ABSENT else {**given, "body": self.body}


def seconds_of(delay: Delay | None) -> float | Mapping[str, Any] | None:
    """Return a delay as the control API has it."""
    return delay.total_seconds() if isinstance(delay, timedelta) else delay


def response_json(planned: Any) -> dict[str, Any]:
    """Return a planned response, which may be a body, as the control API has it."""
    return planned.as_json() if isinstance(planned, Response) else {"body": planned}


def action_json(planned: Any) -> dict[str, Any]:
    """Return one planned response, or a list of them, as the control API has it. Raises ValueError
    if the list is empty, or a function stands in it."""
    if not isinstance(planned, list | tuple):
        return response_json(planned)
    if not planned:
        raise ValueError(
            "an empty list has no response; if the list is a body, give Response(body=[])"
        )
    if any(map(callable, planned)):
        raise ValueError("a function answers all requests: give it alone, not in a list")
    return {"responses": [response_json(response) for response in planned]}
