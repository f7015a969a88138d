"""The app behind the middlewares: Socket.IO, web pages, the lifespan, and 404 for the rest."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import unquote

from understudy.errors import Problem, Violation
from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.messages import Response
from understudy.openapi.servers.cors import DeclaredCors
from understudy.serving.error_responses import not_found
from understudy.serving.middleware.routed import Middleware
from understudy.serving.request_context import RequestContext, request_context
from understudy.serving.socketio.server import PATH, SocketIOServer


class Pages(Protocol):
    """An ASGI app of web pages that knows its own paths."""

    def serves(self, path: bytes) -> bool:
        """Return whether an undecoded path is that of a page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""


class Unrouted(Middleware):
    """The app at the end of the middleware list."""

    def __init__(self, pages: Pages, socketio: SocketIOServer | None) -> None:
        self._pages = pages
        self._socketio = socketio

    def serves(self, path: bytes) -> bool:
        """Return whether an undecoded path is that of a page, or of Socket.IO."""
        return self._pages.serves(path) or (self._socketio is not None and path.startswith(PATH))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that has no operation. Raises Problem 403, 404, 405 or 429."""
        if scope["type"] == "lifespan":
            await _complete_lifespan(receive, send)
            return
        context = request_context(scope)
        path = context.request.path
        is_scheduled = context.schedule is not None
        if self._socketio is not None and path.startswith(PATH) and not is_scheduled:
            await self._socketio(scope, receive, send, context.namespace)
        elif scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif self._pages.serves(path) and not is_scheduled:
            await self._pages(_page_scope(scope, context), receive, send)
        else:
            context.response = _no_operation(context)


def _no_operation(context: RequestContext) -> Response:
    """Return the response to OPTIONS. Raises Problem 404, or 405 if the path has other methods."""
    request, api = context.request, context.api
    if api is not None and context.schedule is None:
        if api.control_access is not None:
            api.control_access.check(request)
        if api.limit is not None:
            context.headers = api.count_request(context.namespace)
    if request.method == "OPTIONS" and api is not None:
        declared = DeclaredCors.from_document(api.contract.document)
        if declared.answers_options:
            return _answered_by_cors(declared)
    if not context.allowed:
        raise not_found(request, api)
    methods = {*context.allowed, "OPTIONS", *(["HEAD"] if "GET" in context.allowed else [])}
    allow = ", ".join(sorted(methods))
    if request.method == "OPTIONS":
        return Response(204, b"", None, ((b"allow", allow.encode()),))
    violations = (Violation("path", "", f"{request.method} is not one of {allow}"),)
    if context.conventions is not None and context.conventions.unknown_method == 404:
        raise Problem(404, "not found", code="NOT_FOUND", violations=violations)
    raise Problem(
        405,
        "method not allowed",
        code="METHOD_NOT_ALLOWED",
        headers=(("allow", allow),),
        violations=violations,
    )


def _answered_by_cors(declared: DeclaredCors) -> Response:
    """Return the response of a server whose CORS answers OPTIONS, to a request without origin."""
    names = (
        (b"access-control-allow-methods", declared.methods),
        (b"access-control-allow-headers", declared.headers),
    )
    headers = tuple((name, ",".join(values).encode()) for name, values in names if values)
    return Response(204, b"", None, headers)


async def _complete_lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def _page_scope(scope: Scope, context: RequestContext) -> Scope:
    """Return the scope of a page: its path without the namespace, which is the root path."""
    path = context.request.path
    return {
        **scope,
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "root_path": context.namespace.root,
    }
