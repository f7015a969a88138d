"""A request that was answered, as the access log and the metrics see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from understudy.http.messages import Request
from understudy.runtime.namespaces.memory_registry import REFUSALS
from understudy.serving.request_context import RequestContext

#: Called with each request of a client once its response has left.
Observer = Callable[["ServedRequest"], None]

OK, VIOLATIONS, FAULT, REFUSED, FAILED = "ok", "violations", "fault", "refused", "failed"


class ServedRequest(NamedTuple):
    """A request, its response, and how long that took in nanoseconds.

    There is no `context` if the request was refused before it had a namespace. `status` is what was
    sent, 0 if the connection was cut before. `root` is the prefix of the path: the namespace.
    """

    request: Request
    root: str
    context: RequestContext | None
    status: int
    took: int

    @property
    def path(self) -> str:
        """The undecoded path as a client would send it, with its namespace."""
        return self.root + self.request.path.decode("latin-1")

    @property
    def api(self) -> str:
        """The name of the API, or an empty text."""
        api = None if self.context is None else self.context.api
        return "" if api is None else api.name

    @property
    def operation(self) -> str:
        """The id of the operation, or an empty text."""
        operation = None if self.context is None else self.context.operation
        return "" if operation is None else operation.id

    @property
    def fault(self) -> str | None:
        """The id of the fault rule that was applied, if one was."""
        return None if self.context is None else self.context.fault

    @property
    def violations(self) -> tuple[object, ...]:
        """How the request, or its response, breaks the contract."""
        response = None if self.context is None else self.context.response
        return () if response is None else response.violations

    @property
    def verdict(self) -> str:
        """How it went, in one word."""
        if self.fault is not None:
            return FAULT
        if self.violations:
            return VIOLATIONS
        if self.context is not None and self.context.prefer is not None:
            return OK  # whatever the client asked for
        if self.status in REFUSALS:
            return REFUSED
        return FAILED if self.status == 500 else OK
