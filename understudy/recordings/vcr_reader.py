"""Reader of VCR cassettes: those of vcrpy, and those of Ruby's VCR, which Betamax writes too."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from understudy.http.messages import Exchange, Request, Response
from understudy.recordings.recording import (
    UnreadableBody,
    body_bytes,
    build_exchange,
    build_request,
    decode_content,
)


def is_cassette(document: Any) -> bool:
    """Return whether a parsed file is a cassette."""
    if not isinstance(document, dict):
        return False
    if isinstance(document.get("http_interactions"), list):  # Ruby's
        return True
    return isinstance(document.get("interactions"), list) and "version" in document


def entries(document: Any) -> list[Any]:
    """Return the interactions of a cassette."""
    interactions: list[Any] = (
        document.get("http_interactions") or document.get("interactions") or []
    )
    return interactions


def parse_entry(entry: Any) -> Exchange:
    """Return the exchange of an interaction. Raises KeyError, TypeError or ValueError."""
    missing_bodies: dict[str, str] = {}
    request, origin = _request(entry["request"], missing_bodies)
    response_entry = entry["response"]
    status = response_entry.get("status", response_entry.get("status_code"))
    code = status["code"] if isinstance(status, dict) else status
    headers = list(_headers(response_entry))
    coded = _body(response_entry.get("body", response_entry.get("content")))
    body = _decoded("response", coded, dict(headers), missing_bodies)
    decoded_headers = [header for header in headers if header[0] != "content-encoding"]
    response = Response.received(int(code), decoded_headers, body)
    return build_exchange(request, response, origin=origin, missing_bodies=missing_bodies)


def _request(entry: Any, missing_bodies: dict[str, str]) -> tuple[Request, str]:
    headers = dict(_headers(entry))
    body = _decoded("request", _body(entry.get("body")), headers, missing_bodies)
    headers.pop("content-encoding", None)
    url = entry.get("uri") or entry["url"]
    return build_request(url, entry["method"], headers.items(), body)


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    for name, values in (message.get("headers") or {}).items():
        for value in values if isinstance(values, list) else [values]:
            text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
            yield str(name).lower(), text


def _body(body: Any) -> bytes:
    """Return the bytes of a body: text, bytes, or an object with `string` or `base64_string`."""
    if isinstance(body, dict):
        if "base64_string" in body:
            return b64decode(body["base64_string"])
        return body_bytes(body.get("string"))
    return body_bytes(body)


def _decoded(
    side: str, body: bytes, headers: dict[str, str], missing_bodies: dict[str, str]
) -> bytes:
    """Return the body without its content coding, which some recorders remove and some keep."""
    coding = headers.get("content-encoding", "").encode("latin-1")
    try:
        return decode_content(body, coding, maybe_decoded=True)
    except UnreadableBody as error:
        missing_bodies[side] = str(error)
        return b""
