"""The side door over HTTP: questions, and answers or its errors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from understudy.guard import HEADER


class SideDoorError(Exception):
    """The server refused: `status` and its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Wire:
    """A connection to the side door of one namespace."""

    def __init__(self, url: str, token: str | None, transport: httpx.BaseTransport | None) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/_understudy",
            headers={HEADER: token} if token else {},
            transport=transport,
            timeout=30,
        )

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What the side door answers: JSON, text or None. Raises SideDoorError."""
        given = {name: text_of(value) for name, value in query.items() if value is not None}
        answer = self._http.request(method, path, params=given, json=body)
        if answer.is_error:
            raise SideDoorError(answer.status_code, _told(answer))
        if "json" in answer.headers.get("content-type", ""):
            return answer.json()
        return answer.text or None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


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
