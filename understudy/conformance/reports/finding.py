"""One way in which a server breaks one rule, and what a baseline keeps of it."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.http.messages import Exchange


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
    cause: str = ""

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


def unanswered(operation: str, reason: str, curl: str) -> Finding:
    """Return the finding that a request got no complete response."""
    rule, title = "answers_every_request", "A request got no response"
    return Finding(operation, rule, title, reason, (curl,), cause=rule)
