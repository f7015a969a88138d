"""Idempotency keys: a request that a client sends again gets the answer that it had before.

The answers are records in the store of the tenant's world, so they are written in the transaction
of their request, and exported with the state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Mapping
from typing import Any

from understudy.errors import Problem, header_problem
from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.messages import Content, DocumentedValue, Request
from understudy.openapi import connexion
from understudy.openapi.operation import Operation, Parameter
from understudy.runtime.stores.store import Store
from understudy.serving.api import IDEMPOTENCY_KEYS, KEYS_BY_TIME
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.request_context import KEY, RequestContext

#: How long an answer is kept, in microseconds of the namespace's clock: 24 hours.
KEPT_FOR = 24 * 60 * 60 * 1_000_000

#: The largest number of answers of a tenant; beyond it the oldest is dropped.
MOST_KEPT = 1000

#: The number of old answers that are dropped for each new one.
_MOST_DROPPED = 2

#: Values that are not JSON, so a record cannot hold them; the handler is called again.
_NOT_KEPT = (Content, DocumentedValue)


class IdempotencyOperation:
    """Keeps the answers of one operation by their idempotency keys."""

    def __init__(self, operation: Operation, parameter: Parameter, next_app: ASGIApp) -> None:
        self.next_app = next_app
        self._argument = parameter.argument
        self._header = parameter.name
        self._success = operation.success
        #: The status of the answer to another request with a key that was used.
        self._reused = 422 if operation.response(422) is not None else 400

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request over without the argument for its key; the handler knows none."""
        context: RequestContext = scope[KEY]
        arguments = dict(context.arguments)
        key = arguments.pop(self._argument)
        context.arguments = arguments
        if key is None or key == "":
            return self.next_app(scope, receive, send)
        return self._answer_once(str(key), context, scope, receive, send)

    async def _answer_once(
        self, key: str, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request that has a key. Raises Problem if the key is that of another one."""
        world = context.world
        assert world is not None
        name = f"{context.request.method} {context.request.path.decode('latin-1')} {key}"
        now = world.clock.now()
        kept = world.store.get(IDEMPOTENCY_KEYS, name)
        if kept is not None and now - kept["at"] < KEPT_FOR:
            if kept["request"] != _digest(context.request):
                raise self._reuse(key)
            if "value" in kept:
                context.result = kept["value"], kept["status"], kept["headers"]
                return
        await self.next_app(scope, receive, send)
        if context.response is None:  # else it is a middleware's, and no handler was called
            self._keep(world.store, name, now, context)

    def _keep(self, store: Store, name: str, now: int, context: RequestContext) -> None:
        """Keep an answer that is not an error, unless the request prefers one of the document."""
        if context.prefer is not None and context.prefer.chooses:
            return
        value, status, headers = _parts(context.result)
        status = status or self._success
        if status >= 400:
            return
        answer = {"name": name, "at": now, "request": _digest(context.request)}
        answer |= {"status": status, "headers": headers}
        if not isinstance(value, _NOT_KEPT):
            answer["value"] = value
        _drop_old(store, now)
        store.put(IDEMPOTENCY_KEYS, name, answer)

    def _reuse(self, key: str) -> Problem:
        message = (
            f"the {self._header} {key!r} was sent with another request to this path; "
            "send a new key with a new request"
        )
        return header_problem(self._reused, self._header, message, "idempotency_key_reused")


def _parts(result: Any) -> tuple[Any, int, Mapping[str, Any]]:
    """Return the value, the status (0: the usual one) and the headers that a handler returned."""
    if type(result) is not tuple:
        return result, 0, {}
    value, status, *more = result
    return value, status, more[0] if more else {}


def _digest(request: Request) -> str:
    """Return a text that two requests to one path share if they have the same query and body."""
    return hashlib.sha256(request.query + b"\0" + request.body).hexdigest()


def _drop_old(store: Store, now: int) -> None:
    """Drop the oldest answers where they are too old or too many."""
    surplus = store.count(IDEMPOTENCY_KEYS, KEYS_BY_TIME) + 1 - MOST_KEPT
    for answer in store.list(IDEMPOTENCY_KEYS, KEYS_BY_TIME, limit=_MOST_DROPPED):
        if surplus > 0 or now - answer["at"] >= KEPT_FOR:
            store.delete(IDEMPOTENCY_KEYS, answer["name"])
            surplus -= 1


class IdempotencyAPI(RoutedAPI):
    """The idempotency operations of one API; most operations have none."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> IdempotencyOperation | None:
        """Return the idempotency operation, if the document marks a header as a key."""
        parameter = declared.idempotency_key
        return None if parameter is None else IdempotencyOperation(declared, parameter, next_app)


class IdempotencyMiddleware(RoutedMiddleware):
    """Answers requests that are sent again by what was answered before."""

    api_cls = IdempotencyAPI
