"""The middleware outside all others, which tells observers of each request."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from understudy.http.asgi_request import Receive, Scope, parse_scope
from understudy.http.asgi_response import Send
from understudy.serving.monitoring.served_request import Observer, ServedRequest
from understudy.serving.request_context import KEY, RequestContext

#: Where Prometheus looks for metrics if it is not told otherwise, and where they are.
USUAL_METRICS_PATH = b"/metrics"
METRICS_PATH = b"/_understudy/metrics"


class Monitor:
    """Tells observers of each request to an API, with the time until its response has left.

    Pages, Socket.IO and the control API are for people and tests: they are not told of. Where
    `has_metrics` is given and says so, the metrics are at their usual path, too.
    """

    def __init__(
        self,
        app: Any,
        *,
        observers: Sequence[Observer],
        has_metrics: Callable[[bytes], bool] | None = None,
    ) -> None:
        self.app = app
        self._observers = observers
        self._has_metrics = has_metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and tell of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope.get("raw_path")
        if path == USUAL_METRICS_PATH and self._has_metrics and self._has_metrics(path):
            scope = {**scope, "raw_path": METRICS_PATH, "path": METRICS_PATH.decode()}
        began, status = time.perf_counter_ns(), 0

        async def send_watched(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        finally:
            context: RequestContext | None = scope.get(KEY)
            if _is_of_an_api(context, status):
                took = time.perf_counter_ns() - began
                self._tell(scope, context, status, took)

    def _tell(self, scope: Scope, context: RequestContext | None, status: int, took: int) -> None:
        if context is None:
            request, name = parse_scope(scope)
            root = f"/_ns/{name}" if name else ""
        else:
            request, root = context.request, context.namespace.root
        served = ServedRequest(request, root, context, status, took)
        for observer in self._observers:
            observer(served)


def _is_of_an_api(context: RequestContext | None, status: int) -> bool:
    """Return whether a request is told of: one to an API, or one that was refused before."""
    if context is None:
        return status != 0
    if context.response is None:  # a page, or Socket.IO, has answered; or the client is gone
        return False
    return context.api is None or context.api.journaled
