"""What a run of the judge comes to: findings, how to repeat them, and what was judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One way in which a server breaks one rule.

    `tier` is "shape", "behaviour" or "exploration"; `rule` is a check of Schemathesis, a workflow,
    or what exploration calls it; `basis` says where the rule comes from; `curl` are the lines that
    repeat it.
    """

    operation: str
    rule: str
    title: str
    message: str
    curl: tuple[str, ...]
    tier: str = "shape"
    basis: str = "documented"

    @property
    def key(self) -> str:
        """What tells it from all others, from run to run."""
        return f"{self.operation} {self.rule}: {self.title}"


@dataclass(frozen=True)
class Rule:
    """What came of one rule of behaviour: "kept", "broken", or "not judged" and why."""

    id: str
    summary: str
    basis: str
    operations: tuple[str, ...]
    verdict: str
    told: str = ""


@dataclass
class Report:
    """The verdict: what was tried (`tested`, of that in its shape `shaped`), and what was found.
    `errors` are what could not be judged; `known` are findings that a baseline accepts, `mended`
    those of its that were looked for and are no more. `review` are differences that no rule speaks
    of, which fail nobody; `explored` the operations of those sequences."""

    api: str
    url: str
    operations: int
    tested: set[str] = field(default_factory=set)
    shaped: set[str] = field(default_factory=set)
    statuses: dict[str, set[int]] = field(default_factory=dict)
    cases: int = 0
    findings: list[Finding] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    known: list[Finding] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    review: list[Finding] = field(default_factory=list)
    explored: set[str] = field(default_factory=set)

    @property
    def conforms(self) -> bool:
        """Whether all was judged and nothing found."""
        return not self.findings and not self.errors

    def see(self, operation: str, status: int) -> None:
        """Note that an operation answered with a status."""
        self.tested.add(operation)
        self.statuses.setdefault(operation, set()).add(status)

    def accept(self, baseline: Iterable[Finding]) -> None:
        """Take these findings for known, and say which of them are no more."""
        baseline = list(baseline)
        wanted = {finding.key for finding in baseline}
        self.known = [finding for finding in self.findings if finding.key in wanted]
        self.findings = [finding for finding in self.findings if finding.key not in wanted]
        mended = {finding.key for finding in baseline if self._was_judged(finding)}
        self.mended = sorted(mended - {finding.key for finding in self.known})

    def _was_judged(self, finding: Finding) -> bool:
        """Whether it would have been found again, if it were still there."""
        if finding.tier == "shape":
            return finding.operation in self.shaped
        if finding.tier == "exploration":
            return finding.operation in self.explored
        return any(rule.id == finding.rule and rule.verdict == "kept" for rule in self.rules)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON; a later run takes it as its baseline."""
        return {
            "api": self.api,
            "url": self.url,
            "conforms": self.conforms,
            "requests": self.cases,
            "operations": self.operations,
            "statuses": {name: sorted(seen) for name, seen in sorted(self.statuses.items())},
            "findings": [{"key": f.key, **asdict(f)} for f in self.findings],
            "known": [{"key": f.key, **asdict(f)} for f in self.known],
            "review": [{"key": f.key, **asdict(f)} for f in self.review],
            "mended": self.mended,
            "rules": [asdict(rule) for rule in self.rules],
            "left": self.left,
            "errors": self.errors,
        }
