"""The result of one rule of behaviour."""

from __future__ import annotations

from dataclasses import dataclass, replace

from understudy.http.messages import Exchange


@dataclass(frozen=True)
class RuleResult:
    """The result of one rule of behaviour: `verdict` is "kept", "broken" or "not judged"; `reason`
    says why it is not kept."""

    id: str
    summary: str
    basis: str
    operations: tuple[str, ...]
    verdict: str
    reason: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Return whether the rule is known to be kept or broken."""
        return self.verdict != "not judged"

    def needing(self, operation: str) -> RuleResult:
        """Return the result at a server that turned out to lack an operation which it needs."""
        if not self.is_judged:
            return self
        return replace(self, verdict="not judged", reason=f"needs {operation}")

    @property
    def is_rate_limited(self) -> bool:
        """Return whether the rule is not judged because the server answered 429, too many
        requests."""
        last = self.exchanges[-1].response.status if self.exchanges else 0
        return self.verdict == "not judged" and last == 429
