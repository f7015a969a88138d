"""Handlers: called with a world and arguments, unless the request prefers an example."""

from __future__ import annotations

from inspect import iscoroutinefunction

from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.serving.api import Handler
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.prefer import Prefer, parse_prefer, preferred_value
from understudy.serving.request_context import KEY, RequestContext


class HandlerOperation:
    """Calls the handler of one operation, and leaves what it returns in the context.

    A handler that is a coroutine function is awaited; the control API has such.
    """

    def __init__(self, operation: Operation, handler: Handler) -> None:
        self._operation = operation
        self._handler = handler
        self._is_async = iscoroutinefunction(handler)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the handler. Raises what it raises, or Invalid for preferences that make no
        sense."""
        context: RequestContext = scope[KEY]
        prefer = parse_prefer(context.request)
        if prefer is not None and self._prefers_document(prefer, context):
            return
        result = self._handler(context.world, **context.arguments)
        context.result = await result if self._is_async else result

    def _prefers_document(self, prefer: Prefer, context: RequestContext) -> bool:
        """Note the preference. Where it chooses the response, take that from the document; return
        whether that is so."""
        context.prefer = prefer
        if not prefer.chooses:
            return False
        value, status, context.source = preferred_value(self._operation, prefer)
        context.result = value, status
        return True


class HandlerAPI(RoutedAPI):
    """The handlers of one API, as Connexion's resolver finds them."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> HandlerOperation:
        """Return the call of an operation's handler."""
        return HandlerOperation(declared, operation.function)


class HandlerMiddleware(RoutedMiddleware):
    """Calls handlers; what has no operation goes on to the app at the end of the list."""

    api_cls = HandlerAPI
