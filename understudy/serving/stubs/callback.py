"""Asks a server of the test what to answer to a request."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import unquote_to_bytes

from understudy.http import json_codec
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Request
from understudy.http.router import parameter_names
from understudy.serving.outgoing.addresses import AllowedHosts, RefusedAddress, Target
from understudy.serving.outgoing.outgoing import DEPTH, MOST_DEPTH
from understudy.serving.outgoing.sender import Sender, Sent, failed
from understudy.serving.request_context import RequestContext
from understudy.version import VERSION

#: Seconds for a whole answer, and the bytes that it may have.
TIMEOUT = 10.0
MOST_BYTES = 5_000_000


class CallbackCaller:
    """Asks callbacks. They may be on this machine and on the allowed hosts; with None nowhere."""

    def __init__(self, allowed_hosts: Collection[str] | None) -> None:
        self._allowed = None if allowed_hosts is None else AllowedHosts(allowed_hosts)
        self._sender = Sender(MOST_BYTES)

    async def call(self, url: str, context: RequestContext) -> Sent:
        """Post a request, as JSON, to a callback, and return its answer, or why there is none."""
        level = _level(context.request)
        if level > MOST_DEPTH:
            return failed(f"the request is callback {MOST_DEPTH} of a chain of callbacks")
        if self._allowed is None:
            return failed("this server calls no other")
        try:
            target = await self._allowed.target(url)
        except RefusedAddress as refused:
            return failed(str(refused))
        return await self._sender.send(_call(target, level, context), target, TIMEOUT)


def _level(request: Request) -> int:
    """Return the number of the next callback in a chain of them."""
    depth = request.headers.get(DEPTH.encode(), b"0")
    return int(depth) + 1 if depth.isdigit() and len(depth) < 9 else MOST_DEPTH + 1


def _call(target: Target, level: int, context: RequestContext) -> Request:
    path, _, query = target.raw_path.partition(b"?")
    headers = {
        b"host": target.authority.encode(),
        b"user-agent": f"understudy/{VERSION}".encode(),
        b"accept": b"*/*",
        b"accept-encoding": b"identity",
        b"content-type": b"application/json",
        DEPTH.encode(): str(level).encode(),
    }
    body = json_codec.encode(request_json(context))
    return Request("POST", path, query, headers, body)


def request_json(context: RequestContext) -> dict[str, Any]:
    """Return a request as JSON: in the form of the journal, and with its path parameters."""
    request, operation = context.request, context.operation
    assert context.api is not None
    assert operation is not None
    body = decode_or_text(request.body)
    values = (unquote_to_bytes(raw).decode(errors="replace") for raw in request.path_values)
    return {
        "api": context.api.name,
        "operation": operation.id,
        "method": request.method,
        "path": request.path.decode("latin-1"),
        "path_parameters": dict(zip(parameter_names(operation.path), values, strict=False)),
        "query": request.query.decode("latin-1"),
        "headers": {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()},
        "body": None if body is ABSENT else body,
    }
