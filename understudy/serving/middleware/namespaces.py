"""The namespace of a request, and errors as responses.

Which pages may call is decided here too (see `cors`); a request without the headers of browsers
pays three look-ups for it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem
from understudy.http.asgi_request import Receive, Scope, parse_scope
from understudy.http.asgi_response import Send, send_response
from understudy.http.messages import Request
from understudy.runtime.namespaces.memory_registry import MemoryRegistry
from understudy.runtime.namespaces.namespace import DEFAULT
from understudy.serving.error_responses import error_response
from understudy.serving.exchange_runner import ExchangeRunner, send_exchange
from understudy.serving.middleware.cors import Cors
from understudy.serving.middleware.routed import unrouted_step
from understudy.serving.request_context import KEY, RequestContext

if TYPE_CHECKING:
    from understudy.runtime.namespaces.stored.registry import StoredRegistry
    from understudy.serving.stored_requests import StoredRequests


class NamespaceMiddleware:
    """The outermost middleware: it makes the context of a request, and sends the response that the
    others leave there, once the journal has it."""

    def __init__(
        self,
        app: Any,
        *,
        namespaces: MemoryRegistry | StoredRegistry,
        cors: Cors,
    ) -> None:
        self.app = app
        self.next = unrouted_step(app)
        self._namespaces = namespaces
        self._runner = ExchangeRunner(self.next, namespaces.settle)
        #: Runs the requests if the state is in a database.
        self.stored: StoredRequests | None = None
        self._cors = cors
        self._host_names = cors.host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand over a web socket or the lifespan."""
        if scope["type"] == "lifespan":
            await self.next(scope, receive, send)
            return
        began = time.perf_counter_ns()
        request, name = parse_scope(scope)
        name = name or DEFAULT
        try:
            if not self._host_names[request.headers.get(b"host")]:
                self._cors.check_host(request, is_default_namespace=name == DEFAULT)
            if b"origin" in request.headers or b"sec-fetch-site" in request.headers:
                is_new = name != DEFAULT and name not in self._namespaces
                preflight, send = self._cors.admit(request, scope, send, is_new=is_new)
                if preflight is not None:
                    await send_response(preflight, scope, send)
                    return
            if self.stored is not None:
                await self.stored.answer(request, name, scope, receive, send, began)
                return
            namespace = self._namespaces.get(name, began)
        except Problem as problem:
            await self._refuse(problem, request, scope, receive, send)
            return
        context = RequestContext(request=request, namespace=namespace)
        scope[KEY] = context
        if scope["type"] != "http":
            await self.next(scope, receive, send)
            return
        is_kept = await self._runner.run(context, scope, receive, send, began)
        await send_exchange(context, scope, send, is_kept=is_kept)

    async def _refuse(
        self, problem: Problem, request: Request, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request that is refused before it has a namespace; close its web socket."""
        if scope["type"] == "http":
            namespace = self._namespaces.get(DEFAULT)
            context = RequestContext(request=request, namespace=namespace)
            await send_response(error_response(problem, context), scope, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1000})
