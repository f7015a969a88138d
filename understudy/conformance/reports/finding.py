"""One way in which a server breaks one rule."""

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


def unanswered(operation: str, reason: str, curl: str) -> Finding:
    """Return the finding that a request got no complete response."""
    return Finding(operation, "answers_every_request", "A request got no response", reason, (curl,))
