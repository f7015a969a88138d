"""The base of the middlewares: operation objects, each linked to the next middleware's.

Connexion's `RoutedMiddleware` looks up the operation of a request once in every middleware. Here an
operation object knows the next middleware's object for the same operation (`next_app`), so that
one look-up in `RoutingMiddleware` is enough. One that has nothing to do afterwards returns the
awaitable of the next instead of awaiting it, which saves a coroutine. A middleware that is not ours
may stand anywhere between: it is called as ASGI has it, and `Exchanger` translates.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send, send_response
from understudy.http.messages import Response
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.serving.api import Api
from understudy.serving.request_context import RequestContext, request_context

ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Middleware:
    """A middleware that leaves its response in the context for `NamespaceMiddleware` to send."""

    app: Any

    def handle(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Work on the request, and leave the response in its context."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the same, and send the response as ASGI messages, as an app of ASGI does."""
        await self.handle(scope, receive, send)
        if scope["type"] == "http":
            response = request_context(scope).response
            if response is not None and response.status and response.stream is None:
                whole = response.replace(chunks=(), wait=0, pause=0, disconnect="")
                await send_response(whole, scope, send)


class RoutedAPI(connexion.RoutedAPI):  # type: ignore[misc]
    """The operation objects of one API in one middleware; a subclass says which class they have.
    `shared` is what those of all APIs have in common, if anything."""

    def __init__(
        self,
        specification: connexion.Specification,
        *,
        next_app: Any,
        served: Api,
        shared: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(specification, next_app=next_app, **options)
        self.served = served
        self.shared = shared
        self.add_paths()

    def add_paths(self) -> None:
        """Add every operation of the contract; Connexion itself passes over QUERY and the methods
        of `additionalOperations`."""
        for operation in self.served.contract.operations:
            self.add_operation(operation.path, operation.method)

    def make_operation(self, operation: connexion.AbstractOperation) -> ASGIApp | None:
        """Return the operation object for Connexion's operation, or None if this middleware has
        nothing to do for it."""
        declared = self.served.contract.operation(operation.method, operation.path)
        return self.compiled(operation, declared, next_step(self.next_app, self.served, declared))

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> ASGIApp | None:
        """Return the operation object, which hands requests to `next_app`."""
        raise NotImplementedError


class RoutedMiddleware(Middleware, connexion.RoutedMiddleware):  # type: ignore[misc]
    """A middleware with an operation object for each operation; `api_cls` makes them, of what is
    `shared` among all APIs."""

    def __init__(self, app: Any, shared: Any = None) -> None:
        super().__init__(app)
        self._shared = shared

    def add_api(self, specification: connexion.Specification, **options: Any) -> Any:
        """Add the operations of an API."""
        return super().add_api(specification, shared=self._shared, **options)

    def operation_of(self, api: Api, operation: Operation) -> ASGIApp | None:
        """Return the operation object of an API's operation, if this middleware has one."""
        for routed in self.apis[api.contract.base_path]:
            if routed.served is api:
                found: ASGIApp | None = routed.operations[operation.id]
                return found
        return None

    def handle(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request to its operation object, if there is one."""
        context = request_context(scope) if scope["type"] == "http" else None
        if context is None or context.api is None or context.operation is None:
            return unrouted_step(self.app)(scope, receive, send)
        return next_step(self, context.api, context.operation)(scope, receive, send)


def next_step(app: Any, api: Api, operation: Operation) -> ASGIApp:
    """Return the next step of a request for an operation: the operation object in `app`, or in the
    first middleware after it that has one; or `app` itself, if it is not ours."""
    while isinstance(app, RoutedMiddleware):
        found = app.operation_of(api, operation)
        if found is not None:
            return found
        app = app.app
    return unrouted_step(app)


def unrouted_step(app: Any) -> ASGIApp:
    """Return the next step of a request without a known operation."""
    return app.handle if isinstance(app, Middleware) else Exchanger(app)


class Exchanger:
    """Calls an ASGI app that is not ours, and makes a response of what it sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request over; a web socket or a lifespan goes through as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages: list[dict[str, Any]] = []

        async def collect(message: dict[str, Any]) -> None:
            messages.append(message)

        await self._app(scope, receive, collect)
        if messages:
            _take(messages, request_context(scope))


def _take(messages: list[dict[str, Any]], context: RequestContext) -> None:
    """Update the response in the context by what was sent: status, headers and body. Delays,
    cuts of the connection and violations stay."""
    start = messages[0]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    sent = [(name.lower(), value) for name, value in start.get("headers", ())]
    headers = tuple(h for h in sent if h[0] not in (b"content-length", b"content-type"))
    before = context.response or Response(200)
    changed = before.replace(
        status=start["status"], media_type=dict(sent).get(b"content-type"), headers=headers
    )
    if context.request.method != "HEAD" and body != before.body:
        changed = changed.replace(body=body, chunks=())
    context.response = changed
