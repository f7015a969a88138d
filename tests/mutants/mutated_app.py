"""Our app behind mutants, as an ASGI app.

One app serves all mutants at once: a request meets the one that its namespace names, as `NAME` or
`NAME.anything`. In any other namespace the app is as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from tests.mutants.mutant import App, Mutant, Request, Response
from understudy.app import Understudy
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.serving.project import load

#: What a mutant raises that meets a request or a response of another form than it is made for.
_NOT_MEANT = (KeyError, TypeError, AttributeError, IndexError, ValueError)


class MutatedApp:
    """Our app, as an ASGI app, behind mutants."""

    def __init__(self, mutants: Iterable[Mutant]) -> None:
        self._app = Understudy(load([]))
        self._mutants = {mutant.name: mutant for mutant in mutants}
        self._states: dict[str, tuple[dict[str, Any], Counter[str]]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Handle a request by the mutant that its namespace names."""
        namespace, _, below = scope.get("path", "").removeprefix("/_ns/").partition("/")
        mutant = self._mutants.get(namespace.split(".")[0])
        if mutant is None or scope["type"] != "http" or below.startswith("_understudy"):
            await self._app(scope, receive, send)
            return
        raw_body = await _body_of(receive)
        app = _AppBehind(self._app, scope, namespace, raw_body)
        app.memory, app.counts = self._states.setdefault(namespace, ({}, Counter()))
        request = Request(
            scope["method"],
            f"/{below}",
            app.body,
            scope["query_string"].decode("latin-1"),
            tuple(scope["headers"]),
        )
        try:
            response = await mutant.handler(request, app)
        except _NOT_MEANT:
            response = app.last_response or await app(request)
        await _send(response, send)


class _AppBehind(App):
    """The app, to be called by a mutant that handles a request."""

    def __init__(self, app: Any, scope: dict[str, Any], namespace: str, raw_body: bytes) -> None:
        self._app, self._scope, self._namespace, self._raw_body = app, scope, namespace, raw_body
        self.body = _decoded(raw_body) if raw_body else None
        self.last_response: Response | None = None

    async def __call__(self, request: Request) -> Response:
        body = b"" if request.body is None else json_codec.encode(request.body)
        if request.body is self.body:  # unchanged: send the client's own bytes
            body = self._raw_body
        path = f"/_ns/{self._namespace}{request.path}"
        same_path = path == self._scope["path"]
        changed = {
            "method": request.method,
            "path": path,
            "raw_path": self._scope["raw_path"] if same_path else quote(path).encode(),
            "query_string": request.query.encode("latin-1"),
            "headers": _headers_for(body, request.headers or self._scope["headers"]),
        }
        self.last_response = await _response_of(self._app, {**self._scope, **changed}, body)
        return self.last_response


def _headers_for(body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Fit the headers of a request to its body."""
    fitting = [header for header in headers if header[0] != b"content-length"]
    if body and not any(name == b"content-type" for name, _ in fitting):
        fitting.append((b"content-type", b"application/json"))
    return [*fitting, (b"content-length", b"%d" % len(body))]


async def _response_of(app: Any, scope: dict[str, Any], body: bytes) -> Response:
    """Send a request to an ASGI app; return its response."""
    to_receive = [{"type": "http.request", "body": body}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return to_receive.pop() if to_receive else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    raw_body = b"".join(message.get("body", b"") for message in rest)
    decoded = _decoded(raw_body) if raw_body else None
    content_type = dict(start["headers"]).get(b"content-type", b"").decode()
    own = (b"content-length", b"content-type")  # `_send` writes them anew
    headers = tuple(header for header in start["headers"] if header[0] not in own)
    is_json = not isinstance(decoded, bytes)
    return Response(start["status"], decoded, headers, "" if is_json else content_type)


async def _body_of(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _decoded(body: bytes) -> Any:
    """Decode JSON; return what is not JSON as it is."""
    try:
        return json_codec.decode(body)
    except Problem:
        return body


async def _send(response: Response, send: Any) -> None:
    content_type, body = b"application/json", response.body
    if isinstance(body, str):
        content_type, body = b"text/plain", body.encode()
    elif body is None:
        body = b""
    elif not isinstance(body, bytes):
        body = json_codec.encode(body)
    headers = [*response.headers, (b"content-length", b"%d" % len(body))]
    if body:
        headers.append((b"content-type", response.content_type.encode() or content_type))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
