"""The namespace of a request, its journal, its scheduled requests, and errors as responses.

Which pages may call is decided here too (see `cors`); a request without the headers of browsers
pays three look-ups for it.
"""

from __future__ import annotations

import time
from typing import Any

from understudy.errors import Problem
from understudy.http.asgi_request import (
    ClientDisconnect,
    Receive,
    Scope,
    check_headers,
    parse_scope,
)
from understudy.http.asgi_response import Send, send_response
from understudy.http.messages import Exchange, Request
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace, Standing
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.runtime.plans.schedule import ScheduledRequest
from understudy.serving.error_responses import error_response
from understudy.serving.middleware.cors import Cors
from understudy.serving.middleware.routed import unrouted_step
from understudy.serving.request_context import KEY, RequestContext

#: Looked up once: members of an Enum take longer.
_KEPT = Standing.KEPT


class NamespaceMiddleware:
    """The outermost middleware: it makes the context of a request, and sends the response that the
    others leave there, once the journal has it."""

    def __init__(self, app: Any, *, namespaces: NamespaceRegistry, cors: Cors) -> None:
        self.app = app
        self._next = unrouted_step(app)
        self._namespaces = namespaces
        self._cors = cors
        self._host_names = cors.host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand over a web socket or the lifespan."""
        if scope["type"] == "lifespan":
            await self._next(scope, receive, send)
            return
        began = time.perf_counter_ns()
        request, name = parse_scope(scope)
        name = name or DEFAULT
        try:
            if not self._host_names[request.headers.get(b"host")]:
                self._cors.check_host(request)
            if b"origin" in request.headers or b"sec-fetch-site" in request.headers:
                is_new = name != DEFAULT and name not in self._namespaces
                preflight, send = self._cors.admit(request, scope, send, is_new=is_new)
                if preflight is not None:
                    await send_response(preflight, scope, send)
                    return
            namespace = self._namespaces.get(name, began)
        except Problem as problem:
            await self._refuse(problem, request, scope, receive, send)
            return
        context = RequestContext(request=request, namespace=namespace)
        scope[KEY] = context
        if scope["type"] != "http":
            await self._next(scope, receive, send)
            return
        if namespace.schedule.waiting:
            await self._run_due(namespace)
        at = namespace.clock.now()
        try:
            check_headers(request, len(scope["headers"]))
            await self._next(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            context.response = error_response(error, context)
        response = context.response
        if response is None:  # a page, or Socket.IO, which has sent it
            return
        if context.headers:
            response = context.response = response.with_headers(context.headers)
        is_kept = namespace.standing is _KEPT or self._namespaces.settle(namespace, response.status)
        if is_kept and (context.api is None or context.api.journaled):
            _record(context, at, (time.perf_counter_ns() - began) // 1000)
            if namespace.schedule.waiting:
                await self._run_after(context)
        try:
            await send_response(response, scope, send)
        finally:  # also where a fault rule cuts the connection: the handler has run
            if context.after_response is not None and is_kept:
                context.after_response()

    async def _refuse(
        self, problem: Problem, request: Request, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request that is refused before it has a namespace; close its web socket."""
        if scope["type"] == "http":
            context = RequestContext(request=request, namespace=self._namespaces.get(DEFAULT))
            await send_response(error_response(problem, context), scope, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    async def _run_due(self, namespace: Namespace) -> None:
        """Make the scheduled requests that are due, each with the clock at its own time."""
        for scheduled in namespace.schedule.take_due(namespace.clock.now()):
            with namespace.clock.frozen_at(scheduled.due or 0):
                await self._run(scheduled, namespace)

    async def _run_after(self, context: RequestContext) -> None:
        """Make the scheduled requests that waited for this one."""
        for scheduled in context.namespace.schedule.take_after(context.candidate):
            await self._run(scheduled, context.namespace)

    async def _run(self, scheduled: ScheduledRequest, namespace: Namespace) -> None:
        request = scheduled.request
        context = RequestContext(request=request, namespace=namespace, schedule=scheduled.id)
        scope: Scope = {
            "type": "http",
            "method": request.method,
            "raw_path": request.path,
            "query_string": request.query,
            "headers": list(request.headers.items()),
            KEY: context,
        }
        try:
            await self._next(scope, _nothing_to_receive, _send_nowhere)
        except Exception as error:
            context.response = error_response(error, context)
        if context.response is not None:
            scheduled.status = context.response.status
            _record(context, namespace.clock.now(), 0)
            if context.after_response is not None:
                context.after_response()


def _record(context: RequestContext, at: int, took: int) -> None:
    """Add the exchange to the journal; `at` and `took` are in microseconds."""
    api, operation, response = context.api, context.operation, context.response
    assert response is not None
    context.namespace.journal.add(
        Exchange(
            at,
            took,
            None if api is None else api.name,
            None if operation is None else operation.id,
            context.request,
            response,
            context.fault,
            context.schedule,
        )
    )


async def _nothing_to_receive() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def _send_nowhere(_message: dict[str, Any]) -> None:
    """Nobody waits for the response to a scheduled request."""
