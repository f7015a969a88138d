"""The context of a request: what the middlewares have found out about it so far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from understudy.errors import Problem, Violation
from understudy.http.asgi_request import Receive, Scope, check_size, read_body
from understudy.runtime.memory_budget import OutOfMemoryBudget
from understudy.runtime.plans.request_matcher import MatchCandidate
from understudy.runtime.stores.errors import TransactionEnded

if TYPE_CHECKING:
    from understudy.http.messages import Request, Response
    from understudy.openapi.operation import Operation
    from understudy.openapi.servers.http_conventions import HttpConventions
    from understudy.runtime.namespaces.namespace import Namespace
    from understudy.runtime.world import World
    from understudy.serving.api import Api
    from understudy.serving.outgoing.sender import Sent
    from understudy.serving.prefer import Prefer

#: The key of the context in an ASGI scope.
KEY = "understudy"


class BodyNeeded(TransactionEnded):
    """The body has to be read before the request can be run in a transaction."""


class AnswerNeeded(TransactionEnded):
    """A callback has to be asked before the request can be run in a transaction; its answer is kept
    under `key`."""

    def __init__(self, key: tuple[str, str], ask: Callable[[], Awaitable[Sent]]) -> None:
        super().__init__(key)
        self.key = key
        self.ask = ask


class RequestContext(msgspec.Struct, kw_only=True, gc=False):
    """The state of one request that the middlewares share; each adds what it finds out."""

    request: Request
    namespace: Namespace
    #: The API and operation of the route. Without a route, the API whose path prefix the request
    #: has, and the methods that its path allows.
    api: Api | None = None
    operation: Operation | None = None
    allowed: tuple[str, ...] = ()
    #: What the API's server does with every request, if its document says so.
    conventions: HttpConventions | None = None
    #: What the handler works on, what it is called with, and what it returned.
    world: World | None = None
    arguments: Mapping[str, Any] = MappingProxyType({})
    result: Any = None
    #: The request's Prefer header, and where the response to it came from.
    prefer: Prefer | None = None
    source: str = "the handler"
    #: What will be sent, and headers that are added to it, whatever it is.
    response: Response | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    #: Called once the response was sent.
    after_response: Callable[[], None] | None = None
    #: The id of the fault rule that was applied.
    fault: str | None = None
    #: What callbacks of fault rules have answered, by the rule's key and the URL.
    answers: Mapping[tuple[str, str], Sent] = MappingProxyType({})
    #: Why there is no response as it was planned.
    error: str = ""
    #: The entry of a recording that the response is.
    recording: str | None = None
    #: The id of the scheduled request that this is; no client waits for its response.
    schedule: str | None = None
    body_is_read: bool = False
    #: Why the body could not be read; raised where it is needed.
    body_problem: Problem | None = None
    #: Whether the request may wait for something. It may not in a transaction of a database.
    may_wait: bool = True

    async def read_body(self, receive: Receive) -> None:
        """Read the request's body, once, if the operation declares one.

        Raises Problem 408, 413, 415 or 503, or ClientDisconnect.
        """
        if self.operation is None or self.operation.body is None:
            return
        if self.body_problem is not None:
            raise self.body_problem
        if not self.body_is_read:
            if not self.may_wait:
                raise BodyNeeded
            self.body_is_read = True
            if self.schedule is None:
                budget = self.namespace.budget
                try:
                    self.request.body = await read_body(self.request, receive, budget)
                except OutOfMemoryBudget as error:
                    raise Problem(
                        503,
                        f"there is no room for another body now: {error}",
                        code="SERVICE_UNAVAILABLE",
                        headers=(("Retry-After", "1"),),
                        violations=(Violation("body", "", str(error)),),
                    ) from None
        most = None if self.conventions is None else self.conventions.max_json_bytes
        if most is not None and b"json" in self.request.headers.get(b"content-type", b""):
            check_size(self.request.body, most)

    @property
    def candidate(self) -> MatchCandidate:
        """The facts that request matchers compare."""
        return MatchCandidate(
            None if self.api is None else self.api.name,
            None if self.operation is None else self.operation.id,
            self.request,
            None if self.response is None else self.response.status,
        )


def request_context(scope: Scope) -> RequestContext:
    """Return the context of the request in an ASGI scope, for middlewares of your own."""
    context: RequestContext = scope[KEY]
    return context
