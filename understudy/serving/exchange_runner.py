"""Runs a request with the scheduled requests around it, and puts the exchanges into the journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from understudy.http.asgi_request import ClientDisconnect, Receive, Scope, check_headers
from understudy.http.asgi_response import Send, send_response
from understudy.http.messages import Exchange, Response
from understudy.openapi.servers.http_conventions import HttpConventions
from understudy.runtime.namespaces.namespace import Namespace, Standing
from understudy.runtime.plans.schedule import ScheduledRequest
from understudy.serving.error_responses import error_response
from understudy.serving.middleware.routed import ASGIApp
from understudy.serving.request_context import KEY, RequestContext

#: Looked up once: members of an Enum take longer.
_KEPT = Standing.KEPT

_JSON = b"application/json"

#: Decides by the status of a response whether its namespace is kept.
Settle = Callable[[Namespace, int], bool]


class ExchangeRunner:
    """Runs requests; errors become responses."""

    def __init__(self, next_app: ASGIApp, settle: Settle) -> None:
        self._next = next_app
        self._settle = settle

    async def run(
        self, context: RequestContext, scope: Scope, receive: Receive, send: Send, began: int
    ) -> bool:
        """Run a request that began at `began`, by `time.perf_counter_ns`, after the scheduled ones
        that are due and before those that waited for it. Leave the response in its context; there
        is none if something else has sent it, or nobody waits for it. Return whether the namespace
        is kept."""
        namespace = context.namespace
        if namespace.schedule.waiting:
            await self._run_due(namespace)
        at = namespace.clock.now()
        try:
            check_headers(context.request, len(scope["headers"]))
            await self._next(scope, receive, send)
        except ClientDisconnect:
            return False
        except Exception as error:
            context.response = error_response(error, context)
        response = context.response
        if response is None:  # a page, or Socket.IO, which has sent it
            return False
        if context.headers:
            response = context.response = response.with_headers(context.headers)
        if context.conventions is not None:
            response = context.response = _with_conventions(response, context.conventions)
        is_kept = namespace.standing is _KEPT or self._settle(namespace, response.status)
        if is_kept and (context.api is None or context.api.journaled):
            _record(context, at, (time.perf_counter_ns() - began) // 1000)
            if namespace.schedule.waiting:
                await self._run_after(context)
        return is_kept

    async def _run_due(self, namespace: Namespace) -> None:
        """Make the scheduled requests that are due, each with the clock at its own time."""
        for scheduled in namespace.schedule.take_due(namespace.clock.now()):
            with namespace.clock.frozen_at(scheduled.due or 0):
                await self._run_scheduled(scheduled, namespace)

    async def _run_after(self, context: RequestContext) -> None:
        """Make the scheduled requests that waited for this one."""
        for scheduled in context.namespace.schedule.take_after(context.candidate):
            await self._run_scheduled(scheduled, context.namespace)

    async def _run_scheduled(self, scheduled: ScheduledRequest, namespace: Namespace) -> None:
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
                namespace.after_commit(context.after_response)


async def send_exchange(
    context: RequestContext, scope: Scope, send: Send, *, is_kept: bool
) -> None:
    """Send the response in a context, if there is one; then call what is to follow it."""
    response = context.response
    if response is None:
        return
    try:
        await send_response(response, scope, send)
    finally:  # also where a fault rule cuts the connection: the handler has run
        if context.after_response is not None and is_kept:
            context.after_response()


def _with_conventions(response: Response, conventions: HttpConventions) -> Response:
    """Return a response with the headers that all responses of its server have."""
    names = {name for name, _ in response.headers}
    added = tuple(header for header in conventions.headers if header[0] not in names)
    media_type = response.media_type
    if conventions.json_charset and media_type == _JSON:
        media_type = b"%s; charset=%s" % (_JSON, conventions.json_charset)
    return response.replace(headers=response.headers + added, media_type=media_type)


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
            recording=context.recording,
            error=context.error,
        )
    )


async def _nothing_to_receive() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def _send_nowhere(_message: dict[str, Any]) -> None:
    """Nobody waits for the response to a scheduled request."""
