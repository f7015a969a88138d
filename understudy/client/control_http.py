"""HTTP requests to the control API, and its errors."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from understudy.http.control_access import HEADER, VARIABLE

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class ControlError(Exception):
    """An error response of the control API: its HTTP `status`, and the server's message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlHTTP:
    """Sends requests to the control API of the namespace at `url`, with a token or that of the
    environment."""

    def __init__(
        self,
        url: str,
        token: str | None,
        transport: httpx.BaseTransport | None,
        ca_file: str | None = None,
    ) -> None:
        token = token or os.environ.get(VARIABLE)
        #: Seconds of one stream; an in-process transport returns its events only when it has ended.
        self._stream = 2.0 if transport is None else 0.1
        self._origin = url.partition("/_ns/")[0]
        self._http = httpx.Client(
            base_url=f"{url}/_understudy",
            headers={HEADER: token} if token else {},
            transport=transport,
            verify=ssl.create_default_context(cafile=ca_file) if ca_file else True,
            timeout=30,
        )

    def request(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """Send a request, and return the body of the response: JSON, text or None.

        Raises ControlError, httpx.TransportError if the server does not respond, and TypeError if
        the body cannot be written as JSON.
        """
        content = None if body is None else encoded(body)
        headers = {} if body is None else {"content-type": "application/json"}
        try:
            response = self._http.request(
                method, path, params=_query(query), content=content, headers=headers
            )
        except httpx.TransportError as error:
            # Without the frames of httpx: a test that fails by it shows its own line.
            message = f"the stand-in at {self._origin} does not respond: {error}"
            if "CERTIFICATE_VERIFY_FAILED" in message:
                message += "; the variable SSL_CERT_FILE names the file of an authority to trust"
            raise type(error)(message, request=error.request) from None
        _check(response)
        if "json" in response.headers.get("content-type", ""):
            return response.json()
        return response.text or None

    def events(self, path: str, last: str | None, /, **query: Any) -> Iterator[tuple[str, str]]:
        """Yield id and data of the events of one stream after the `last` one; data may be empty.
        Raises ControlError."""
        # Only `watch` needs it: `understudy check` imports this package without it.
        from httpx_sse import connect_sse

        headers = {} if last is None else {"Last-Event-ID": last}
        params = _query({"seconds": self._stream, **query})
        with connect_sse(self._http, "GET", path, params=params, headers=headers) as source:
            if source.response.is_error:
                source.response.read()
            _check(source.response)
            for event in source.iter_sse():
                if event.id:
                    yield event.id, event.data

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def text_of(value: Any) -> str:
    """Return a value as the control API takes it: durations and times as ISO 8601."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():.6f}".rstrip("0").rstrip(".") + "S"
    return str(value)


def encoded(value: Any) -> bytes:
    """Return a value as JSON: also dates (RFC 3339), UUIDs, sets, dataclasses, and models of
    pydantic, as the SDKs of many APIs have them. Raises TypeError for others."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    return text.encode("utf-8")


def _plain(value: Any) -> Any:
    """Return what json does not know as what it knows. Raises TypeError."""
    if isinstance(value, datetime):
        return text_of(value)
    for name in ("model_dump", "dict"):  # pydantic 2 and 1
        if callable(dump := getattr(value, name, None)):
            return dump(by_alias=True, exclude_unset=True)
    try:
        return msgspec.to_builtins(value)
    except TypeError:
        kind = type(value).__qualname__
        raise TypeError(
            f"{value!r:.100} ({kind}) cannot be written as JSON: give texts, numbers, lists, "
            "dicts, dates, or models of pydantic"
        ) from None


def _query(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: text_of(value) for name, value in parameters.items() if value is not None}


def _check(response: httpx.Response) -> None:
    """Raise ControlError for an error response."""
    if response.is_error:
        raise ControlError(response.status_code, _message(response))


def _message(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return response.text
    violations = problem.get("violations", ())
    lines = [f"{v['where']}{v['at'] and ' ' + v['at']}: {v['message']}" for v in violations]
    detail = str(problem.get("detail", response.text))
    if lines and violations[0]["message"] in detail:  # which says more
        lines[0] = detail
    return "; ".join(lines) or detail
