"""One way in which a server breaks one rule."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.http.curl import full_curl
from understudy.http.messages import Exchange
from understudy.openapi.operation import Operation


@dataclass(frozen=True)
class Finding:
    """One way in which a server breaks one rule.

    `rule` is a check of Schemathesis, a workflow, or a name of exploration; `curl` are the command
    lines that repeat it; `tier` is "shape", "behaviour", "exploration" or "traffic"; `basis` says
    where the rule comes from; `exchanges` are the requests and responses that show it. Findings
    of one `cause` are most likely mended by one change; reports show them together.
    """

    operation: str
    rule: str
    title: str
    message: str
    curl: tuple[str, ...]
    tier: str = "shape"
    basis: str = "documented"
    exchanges: tuple[Exchange, ...] = ()
    cause: str = ""

    @property
    def key(self) -> str:
        """Its identity from run to run, by which baselines accept it."""
        return key_of(self.tier, self.rule, self.operation)

    @property
    def text_key(self) -> tuple[str, str, str]:
        """Its identity within a run, which reports it once."""
        return self.operation, self.rule, self.title


def key_of(tier: str, rule: str, operation: str) -> str:
    """Return the identity of a finding: its rule of behaviour, whichever step breaks it; else the
    check and the operation, whatever the text."""
    return rule if tier == "behaviour" else f"{rule} {operation}"


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
    rule = "required_operation"
    return Finding(operation.id, rule, title, message, curl, exchanges=exchanges, cause=rule)


def unanswered(operation: str, reason: str, curl: str) -> Finding:
    """Return the finding that a request got no complete response."""
    rule, title = "answers_every_request", "A request got no response"
    return Finding(operation, rule, title, reason, (curl,), cause=rule)
