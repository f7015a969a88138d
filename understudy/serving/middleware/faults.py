"""Fault injection: the first fault rule that matches a request changes its response."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from functools import partial
from typing import Any

from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.messages import Response
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.serving.error_responses import error_response
from understudy.serving.fault_injection import apply_fault
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.outgoing.sender import Sent
from understudy.serving.request_context import KEY, AnswerNeeded, RequestContext
from understudy.serving.stubs.callback import CallbackCaller


class FaultOperation:
    """Applies fault rules to the requests for one operation."""

    def __init__(self, next_app: ASGIApp, caller: CallbackCaller) -> None:
        self.next_app = next_app
        self._caller = caller

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request over, or let a fault rule change the response."""
        context: RequestContext = scope[KEY]
        if context.namespace.faults.rules and context.schedule is None:
            return self._inject(context, scope, receive, send)
        return self.next_app(scope, receive, send)

    async def _inject(
        self, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        faults = context.namespace.faults
        if faults.look_at_bodies:  # else credentials are checked before a body is read
            await context.read_body(receive)
        hit = faults.first_hit(context.candidate)
        if hit is None:
            await self.next_app(scope, receive, send)
            return
        await context.read_body(receive)
        context.fault = hit.rule.id

        async def respond() -> Response:
            """Return the response that there would be without the fault."""
            try:
                await self.next_app(scope, receive, send)
            except Exception as error:
                context.response = error_response(error, context)
            assert context.response is not None
            return context.response

        async def ask(url: str) -> Sent:
            """Return what a callback of the rule answers to the request."""
            key = (hit.rule.key, url)
            if key in context.answers:
                return context.answers[key]
            if not context.may_wait:
                raise AnswerNeeded(key, partial(self._caller.call, url, context))
            return await self._caller.call(url, context)

        context.response = await apply_fault(hit, context, respond, ask)


class FaultAPI(RoutedAPI):
    """The fault operations of one API; the control API has none."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> FaultOperation | None:
        """Return the fault operation, if the API can have faults."""
        return FaultOperation(next_app, self.shared) if self.served.journaled else None


class FaultMiddleware(RoutedMiddleware):
    """Applies the fault rules of a request's namespace. They may ask callbacks on this machine and
    on the hosts of `allow_callbacks` (None: nobody)."""

    api_cls = FaultAPI

    def __init__(self, app: Any, *, allow_callbacks: Collection[str] | None = ()) -> None:
        super().__init__(app, CallbackCaller(allow_callbacks))
