"""Cassettes: those of vcrpy, and those of Ruby's VCR (which Betamax writes too)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from understudy.conformance.traffic.recording import (
    Recorded,
    Unread,
    as_bytes,
    plain,
    reply_of,
    request_to,
)


def is_cassette(told: Any) -> bool:
    """Whether this is a cassette."""
    if not isinstance(told, dict):
        return False
    ruby = isinstance(told.get("http_interactions"), list)
    return ruby or (isinstance(told.get("interactions"), list) and "version" in told)


def entries(told: Any) -> list[Any]:
    """What the cassette holds."""
    found: list[Any] = told.get("http_interactions") or told.get("interactions") or []
    return found


def exchange_of(entry: Any) -> Recorded | str:
    """An interaction as an exchange. Raises KeyError, TypeError or ValueError."""
    asked, answered = entry["request"], entry["response"]
    unread: dict[str, str] = {}
    asked_headers = dict(_headers(asked))
    body = _plain("request", _body(asked.get("body")), asked_headers, unread)
    asked_headers.pop("content-encoding", None)
    uri = asked.get("uri") or asked["url"]
    request, origin = request_to(uri, asked["method"], asked_headers.items(), body)
    status = answered.get("status", answered.get("status_code"))
    code = status["code"] if isinstance(status, dict) else status
    headers = list(_headers(answered))
    said = _body(answered.get("body", answered.get("content")))
    answer = _plain("response", said, dict(headers), unread)
    kept = [header for header in headers if header[0] != "content-encoding"]
    return Recorded(request, reply_of(int(code), kept, answer), origin, unread=unread)


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    for name, values in (message.get("headers") or {}).items():
        for value in values if isinstance(values, list) else [values]:
            text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
            yield str(name).lower(), text


def _body(told: Any) -> bytes:
    """A body: text or bytes, or an object that has them as `string` or `base64_string`."""
    if isinstance(told, dict):
        if "base64_string" in told:
            return b64decode(told["base64_string"])
        return as_bytes(told.get("string"))
    return as_bytes(told)


def _plain(side: str, body: bytes, headers: dict[str, str], unread: dict[str, str]) -> bytes:
    """The body without its coding, which some cassettes keep and some do not."""
    try:
        return plain(body, headers.get("content-encoding", "").encode("latin-1"), trusting=True)
    except Unread as error:
        unread[side] = str(error)
        return b""
