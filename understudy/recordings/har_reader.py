"""Reader of HTTP Archives (HAR 1.2), as browsers and proxies write them."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

from understudy.http.messages import Exchange, Response
from understudy.recordings.recording import (
    body_bytes,
    build_exchange,
    build_request,
)

#: The media type of a form, whose body is rebuilt from its fields.
_FORM = "application/x-www-form-urlencoded"

_NOT_RECORDED = "was not recorded"


def is_har(document: Any) -> bool:
    """Return whether a parsed file is an archive."""
    log = document.get("log") if isinstance(document, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def entries(document: Any) -> list[Any]:
    """Return the entries of an archive."""
    log_entries: list[Any] = document["log"]["entries"]
    return log_entries


def parse_entry(entry: Any) -> Exchange | str:
    """Return the exchange of an entry, or the reason why it has none.

    Raises KeyError, TypeError or ValueError for a malformed entry.
    """
    request_entry, response_entry = entry["request"], entry["response"]
    url = request_entry["url"]
    if not url.startswith(("http://", "https://")):
        return f"is not HTTP: {url.split(':')[0]}"
    if not response_entry["status"]:
        return "had no response"
    missing_bodies: dict[str, str] = {}
    body = _request_body(request_entry, missing_bodies)
    request, origin = build_request(url, request_entry["method"], _headers(request_entry), body)
    request.headers.pop(b"content-encoding", None)  # archives hold decoded bodies
    if body and b"content-type" not in request.headers:
        media_type = request_entry["postData"].get("mimeType", "")
        request.headers[b"content-type"] = media_type.encode("latin-1")
    response = _response(response_entry, missing_bodies)
    return build_exchange(request, response, origin=origin, missing_bodies=missing_bodies)


def _headers(message: Any) -> list[tuple[str, str]]:
    return [(header["name"], header["value"]) for header in message["headers"]]


def _request_body(request_entry: Any, missing_bodies: dict[str, str]) -> bytes:
    data = request_entry.get("postData")
    if not data:
        if request_entry.get("bodySize", 0):  # -1 if unknown
            missing_bodies["request"] = _NOT_RECORDED
        return b""
    if data.get("text") and data.get("encoding") == "base64":  # not of HAR 1.2, but common
        return b64decode(data["text"], validate=True)
    if data.get("text"):
        return body_bytes(data["text"])
    fields = data.get("params") or []
    if fields and data.get("mimeType", "").startswith(_FORM):
        return urlencode([(field["name"], field.get("value", "")) for field in fields]).encode()
    if fields or request_entry.get("bodySize", 0):
        missing_bodies["request"] = _NOT_RECORDED
    return b""


def _response(response_entry: Any, missing_bodies: dict[str, str]) -> Response:
    content = response_entry.get("content") or {}
    text = content.get("text")
    if text is None and content.get("size", 0):
        missing_bodies["response"] = _NOT_RECORDED
    is_base64 = content.get("encoding") == "base64"
    body = b64decode(text or "", validate=True) if is_base64 else body_bytes(text)
    headers = [(n, v) for n, v in _headers(response_entry) if n.lower() != "content-encoding"]
    if content.get("mimeType") and not any(n.lower() == "content-type" for n, _ in headers):
        headers.append(("content-type", content["mimeType"]))
    return Response.received(int(response_entry["status"]), headers, body)
