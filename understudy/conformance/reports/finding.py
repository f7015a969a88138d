"""One way in which a server breaks one rule, and what a baseline keeps of it."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.http.har import full_curl
from understudy.http.messages import Exchange
from understudy.openapi.operation import Operation


@dataclass(frozen=True)
class Finding:
    """One way in which a server breaks one rule.

    `rule` is a check of Schemathesis, a workflow, or a name of exploration; `curl` are the command
    lines that repeat it; `tier` is "shape", "behaviour", "exploration" or "traffic"; `basis` says
    where the rule comes from; `exchanges` are the requests and responses that show it.
    """

    operation: str
    rule: str
    title: str
    message: str
    curl: tuple[str, ...]
    tier: str = "shape"
    basis: str = "documented"
    exchanges: tuple[Exchange, ...] = ()

    @property
    def key(self) -> str:
        """Stable identity across runs; baselines compare it."""
        return _key(self.operation, self.rule, self.title)


@dataclass(frozen=True)
class AcceptedFinding:
    """What a baseline keeps of a finding of an earlier run."""

    operation: str
    rule: str
    title: str
    tier: str

    @property
    def key(self) -> str:
        """The key of the finding."""
        return _key(self.operation, self.rule, self.title)


def _key(operation: str, rule: str, title: str) -> str:
    return f"{operation} {rule}: {title}"


def not_implemented(operation: Operation, name: str, exchange: Exchange | None) -> Finding:
    """Return the finding that a server lacks an operation, which is required by a name."""
    message = f"the server does not have {operation.method} {operation.path}"
    curl: tuple[str, ...] = ()
    if exchange is not None:
        message += f": it answered {exchange.response.status}, as to what is not there"
        curl = (full_curl(exchange),)
    message += f"; it is required by --require {name}"
    title = "A required operation is not implemented"
    exchanges = () if exchange is None else (exchange,)
    return Finding(operation.id, "required_operation", title, message, curl, exchanges=exchanges)


def unanswered(operation: str, reason: str, curl: str) -> Finding:
    """Return the finding that a request got no complete response."""
    return Finding(operation, "answers_every_request", "A request got no response", reason, (curl,))
