"""One request on its way through the middleware list, and what is known of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.http.asgi_request import Receive, Scope, read_body
from understudy.runtime.request_matcher import MatchCandidate

if TYPE_CHECKING:
    from understudy.http.messages import Request, Response
    from understudy.openapi.contract import Operation
    from understudy.runtime.namespace import Namespace
    from understudy.runtime.world import World
    from understudy.serving.api import Api
    from understudy.serving.prefer import Prefer

#: The key of the context in an ASGI scope's `extensions`.
EXTENSION = "understudy"


class RequestContext:
    """What the middlewares share of one request; each fills in what it finds out.

    `api` and `operation` are those of the route; without a route, `api` is the one whose path
    prefix the request has, and `allowed` the methods of its path. `result` is what the handler
    returned, `response` what will be sent. `headers` are added to the response, whatever it is.
    `prefer` is the request's Prefer header, and `source` says where the response to it came from.
    `fault` is the id of the fault rule that was applied. `schedule` is the id of the scheduled
    request that this is; no client waits for its response.
    """

    __slots__ = (
        "_body_is_read",
        "allowed",
        "api",
        "arguments",
        "fault",
        "headers",
        "namespace",
        "operation",
        "prefer",
        "request",
        "response",
        "result",
        "schedule",
        "source",
        "world",
    )

    def __init__(self, request: Request, namespace: Namespace, schedule: str | None = None) -> None:
        self.request = request
        self.namespace = namespace
        self.schedule = schedule
        self.api: Api | None = None
        self.operation: Operation | None = None
        self.allowed: tuple[str, ...] = ()
        self.world: World | None = None
        self.arguments: dict[str, Any] = {}
        self.result: Any = None
        self.response: Response | None = None
        self.headers: tuple[tuple[bytes, bytes], ...] = ()
        self.fault: str | None = None
        self.prefer: Prefer | None = None
        self.source = "the handler"
        self._body_is_read = schedule is not None

    async def read_body(self, receive: Receive) -> None:
        """Read the request's body, once, if the operation declares one.

        Raises Problem 413 or 415, or ClientDisconnect.
        """
        if self._body_is_read or self.operation is None or self.operation.body is None:
            return
        self._body_is_read = True
        self.request.body = await read_body(self.request, receive)

    @property
    def candidate(self) -> MatchCandidate:
        """What request matchers look at."""
        return MatchCandidate(
            None if self.api is None else self.api.name,
            None if self.operation is None else self.operation.id,
            self.request,
            None if self.response is None else self.response.status,
        )


def request_context(scope: Scope) -> RequestContext:
    """The context of the request that an ASGI scope belongs to, for middlewares of your own."""
    context: RequestContext = scope["extensions"][EXTENSION]
    return context
