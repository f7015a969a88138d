"""Requests in namespaces whose state is in a database: each is run as one transaction, and run
again if another request has changed what it read.

A request that waits, such as for an exchange, does its work on the state by parts; so do pages and
Socket.IO, which have no operation.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from understudy.errors import Problem
from understudy.http.asgi_request import ClientDisconnect, Receive, Scope, check_headers
from understudy.http.asgi_response import Send
from understudy.http.messages import Request
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.stored.registry import StoredRegistry
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.transactions.counters import CountedBefore
from understudy.serving.error_responses import api_error_response, error_response
from understudy.serving.exchange_runner import ExchangeRunner, send_exchange
from understudy.serving.middleware.routed import ASGIApp
from understudy.serving.middleware.routing import Route, RoutingMiddleware
from understudy.serving.middleware.security import SecurityMiddleware
from understudy.serving.request_context import KEY, AnswerNeeded, BodyNeeded, RequestContext

Result = TypeVar("Result")

#: The context of a request that was run, and whether its namespace is kept.
_Outcome = tuple[RequestContext, bool]
_Attempt = Callable[[Namespace], Coroutine[Any, Any, _Outcome]]


class StoredRequests:
    """Runs the requests of an app with a database.

    `routing` and `security` are middlewares of the list; `is_page` tells paths that need no
    transaction. With `may_wait`, other middlewares of the list may wait for something.
    """

    def __init__(
        self,
        next_app: ASGIApp,
        namespaces: StoredRegistry,
        routing: RoutingMiddleware,
        security: SecurityMiddleware,
        is_page: Callable[[bytes], bool],
        *,
        may_wait: bool,
    ) -> None:
        self._transact_attempts = self._transact_waiting if may_wait else self._transact_at_once
        self._routing = routing
        self._security = security
        self._next = next_app
        self._namespaces = namespaces
        self._is_page = is_page
        self._runner = ExchangeRunner(next_app, namespaces.settle)

    async def answer(
        self, request: Request, name: str, scope: Scope, receive: Receive, send: Send, began: int
    ) -> None:
        """Answer a request, or hand over a web socket. Raises Problem 400 if the name of its
        namespace is not allowed."""
        namespace = self._namespaces.get(name)
        scope[KEY] = context = RequestContext(request=request, namespace=namespace)
        if scope["type"] != "http":
            await self._next(scope, receive, send)
            return
        route = self._routing.route_of(request)
        if self._is_direct(route, request):
            await self._answer_directly(context, scope, receive, send)
            return
        if route is not None:
            context.api, context.operation = route.api, route.operation
        try:
            context, is_kept = await self._transact(context, route, scope, receive, began)
        except ClientDisconnect:
            return
        scope[KEY] = context
        await send_exchange(context, scope, send, is_kept=is_kept)

    async def _answer_directly(
        self, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request that is no transaction; it is not in the journal."""
        try:
            check_headers(context.request, len(scope["headers"]))
            await self._next(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            context.response = error_response(error, context)
        except StoreUnavailable as error:
            context.response = api_error_response(_unavailable(error), context)
        await send_exchange(context, scope, send, is_kept=True)

    def _is_direct(self, route: Route | None, request: Request) -> bool:
        """Return whether a request is no transaction."""
        if route is None:
            return self._is_page(request.path)
        return iscoroutinefunction(route.api.handler(route.operation))

    async def _transact(
        self,
        context: RequestContext,
        route: Route | None,
        scope: Scope,
        receive: Receive,
        began: int,
    ) -> _Outcome:
        """Run a request, and return its context and whether the namespace is kept. The body is read
        before, if the credentials are good."""
        if route is not None and self._security.admits(route.api, route.operation, context.request):
            await _read_body(context, receive)
        name, attempt = context.namespace.name, partial(self._attempt, context, scope, began)
        counted = CountedBefore()
        try:
            while True:
                try:
                    return await self._transact_attempts(name, attempt, counted)
                except BodyNeeded:
                    await _read_body(context, receive)
                except AnswerNeeded as needed:  # it is asked once, however many attempts there are
                    context.answers = {**context.answers, needed.key: await needed.ask()}
        except ClientDisconnect:
            raise
        except StoreUnavailable as error:
            context.response = api_error_response(_unavailable(error), context)
        except Exception as error:
            context.response = error_response(error, context)
        return context, False

    async def _transact_at_once(
        self, name: str, attempt: _Attempt, counted: CountedBefore
    ) -> _Outcome:
        return await self._namespaces.transact(name, lambda n: _completed(attempt(n)), counted)

    async def _transact_waiting(
        self, name: str, attempt: _Attempt, counted: CountedBefore
    ) -> _Outcome:
        return await self._namespaces.transact_waiting(name, attempt, counted)

    async def _attempt(
        self, first: RequestContext, scope: Scope, began: int, namespace: Namespace
    ) -> _Outcome:
        context = RequestContext(
            request=first.request,
            namespace=namespace,
            body_is_read=first.body_is_read,
            body_problem=first.body_problem,
            answers=first.answers,
            may_wait=False,
        )
        scope = {**scope, KEY: context}
        body = {"type": "http.request", "body": first.request.body, "more_body": False}
        is_kept = await self._runner.run(context, scope, _receiver(body), _no_send, began)
        if not is_kept:
            namespace.discard()
        return context, is_kept


def _completed(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Return what a coroutine returns that waits for nothing. Raises RuntimeError if it waits."""
    try:
        coroutine.send(None)
    except StopIteration as returned:
        result: Result = returned.value
        return result
    coroutine.close()
    raise RuntimeError("a request waited for something, with its transaction open")


async def _read_body(context: RequestContext, receive: Receive) -> None:
    """Read the body; a problem is kept for the place where the request needs the body."""
    try:
        await context.read_body(receive)
    except Problem as problem:
        context.body_problem = problem


def _receiver(message: dict[str, Any]) -> Receive:
    async def receive() -> dict[str, Any]:
        return message

    return receive


async def _no_send(_message: dict[str, Any]) -> None:
    """The response is sent when the transaction has ended."""


def _unavailable(error: StoreUnavailable) -> Problem:
    return Problem(
        503,
        f"the store is not available: {error}",
        headers=(("Retry-After", "1"),),
        code="SERVICE_UNAVAILABLE",
    )
