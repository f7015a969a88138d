"""HTTP Archives (HAR 1.2), as browsers and proxies write them."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

from understudy.conformance.traffic.recording import Recorded, as_bytes, reply_of, request_to
from understudy.http.messages import Response

#: The form that is made again from its fields.
_FORM = "application/x-www-form-urlencoded"


def is_har(told: Any) -> bool:
    """Whether this is an archive."""
    log = told.get("log") if isinstance(told, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def entries(told: Any) -> list[Any]:
    """What the archive holds."""
    found: list[Any] = told["log"]["entries"]
    return found


def exchange_of(entry: Any) -> Recorded | str:
    """An entry as an exchange, or why it is none. Raises KeyError, TypeError or ValueError."""
    asked, answered = entry["request"], entry["response"]
    if not asked["url"].startswith(("http://", "https://")):
        return f"is no HTTP: {asked['url'].split(':')[0]}"
    if not answered["status"]:
        return "had no answer"
    unread: dict[str, str] = {}
    body = _sent(asked, unread)
    request, origin = request_to(asked["url"], asked["method"], _headers(asked), body)
    request.headers.pop(b"content-encoding", None)  # archives hold what was decoded
    if body and b"content-type" not in request.headers:
        request.headers[b"content-type"] = asked["postData"].get("mimeType", "").encode("latin-1")
    return Recorded(request, _reply(answered, unread), origin, unread=unread)


def _headers(message: Any) -> list[tuple[str, str]]:
    return [(header["name"], header["value"]) for header in message["headers"]]


def _sent(asked: Any, unread: dict[str, str]) -> bytes:
    data = asked.get("postData")
    if not data:
        if asked.get("bodySize", 0):  # below 0 where nobody knows
            unread["request"] = "was not recorded"
        return b""
    if data.get("text"):
        return as_bytes(data["text"])
    params = data.get("params") or []
    if params and data.get("mimeType", "").startswith(_FORM):
        return urlencode([(field["name"], field.get("value", "")) for field in params]).encode()
    if params or asked.get("bodySize", 0):
        unread["request"] = "was not recorded"
    return b""


def _reply(answered: Any, unread: dict[str, str]) -> Response:
    content = answered.get("content") or {}
    text = content.get("text")
    if text is None and content.get("size", 0):
        unread["response"] = "was not recorded"
    decoded = content.get("encoding") == "base64"
    body = b64decode(text or "", validate=True) if decoded else as_bytes(text)
    headers = [(n, v) for n, v in _headers(answered) if n.lower() != "content-encoding"]
    if content.get("mimeType") and not any(n.lower() == "content-type" for n, _ in headers):
        headers.append(("content-type", content["mimeType"]))
    return reply_of(int(answered["status"]), headers, body)
