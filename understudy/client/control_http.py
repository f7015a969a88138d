"""The side door over HTTP: questions, and answers or its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from understudy.http.control_access import HEADER


class ControlError(Exception):
    """The server refused: `status` and its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlHTTP:
    """A connection to the side door of one namespace."""

    def __init__(self, url: str, token: str | None, transport: httpx.BaseTransport | None) -> None:
        #: Seconds of one stream; without a socket its events come at its end.
        self._stream = 2.0 if transport is None else 0.1
        self._http = httpx.Client(
            base_url=f"{url}/_understudy",
            headers={HEADER: token} if token else {},
            transport=transport,
            timeout=30,
        )

    def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """What the side door answers: JSON, text or None. Raises SideDoorError."""
        answer = self._http.request(method, path, params=_given(query), json=body)
        _check(answer)
        if "json" in answer.headers.get("content-type", ""):
            return answer.json()
        return answer.text or None

    def events(self, path: str, last: str | None, /, **query: Any) -> Iterator[tuple[str, bytes]]:
        """The events of one stream after the `last` one, each with its id; data may be empty.
        Raises SideDoorError."""
        headers = {} if last is None else {"Last-Event-ID": last}
        given = _given({"seconds": self._stream, **query})
        with self._http.stream("GET", path, params=given, headers=headers) as answer:
            if answer.is_error:
                answer.read()
            _check(answer)
            rest = b""
            for piece in answer.iter_bytes():
                *whole, rest = (rest + piece).split(b"\n\n")
                for event in whole:
                    told = dict(line.partition(b": ")[::2] for line in event.split(b"\n"))
                    if b"id" in told:
                        yield told[b"id"].decode(), told.get(b"data", b"")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _given(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: text_of(value) for name, value in query.items() if value is not None}


def _check(answer: httpx.Response) -> None:
    if answer.is_error:
        raise ControlError(answer.status_code, _told(answer))


def text_of(value: Any) -> str:
    """A value as the side door takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone().isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():.6f}".rstrip("0").rstrip(".") + "S"
    return str(value)


def _told(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return answer.text
    violations = problem.get("violations", ())
    told = [f"{v['where']}{v['at'] and ' ' + v['at']}: {v['message']}" for v in violations]
    return "; ".join(told) or str(problem.get("detail", answer.text))
