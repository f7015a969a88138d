"""What a check found: findings, how to repeat them, and what was covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from understudy.conformance.reports.persona_tally import PersonaTally
from understudy.conformance.reports.wording import counted
from understudy.http.messages import Exchange
from understudy.http.secrets import without_user


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


def unanswered(operation: str, reason: str, curl: str) -> Finding:
    """Return the finding that a request got no complete response."""
    return Finding(operation, "answers_every_request", "A request got no response", reason, (curl,))


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
    def is_rate_limited(self) -> bool:
        """Return whether the rule is not judged because the server answered 429, too many
        requests."""
        last = self.exchanges[-1].response.status if self.exchanges else 0
        return self.verdict == "not judged" and last == 429


@dataclass
class Coverage:
    """What was looked at.

    `operations` is how many the contract has; `tested` are those that responded, `shaped` those
    whose responses were validated, `explored` those that random sequences called. `statuses` are
    the statuses seen by operation, `declared` those that the contract has, `tags` the tags of the
    operations. `requests` counts requests.
    """

    operations: int
    requests: int = 0
    tested: set[str] = field(default_factory=set)
    shaped: set[str] = field(default_factory=set)
    explored: set[str] = field(default_factory=set)
    statuses: dict[str, set[int]] = field(default_factory=dict)
    declared: dict[str, set[int]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def see(self, operation: str, status: int) -> None:
        """Record that an operation responded with a status."""
        self.tested.add(operation)
        self.statuses.setdefault(operation, set()).add(status)

    def seen_statuses(self, operations: Iterable[str]) -> tuple[int, int]:
        """Return how many documented statuses of some operations were seen, and how many exist."""
        names = list(operations)
        documented = {name: self.declared.get(name, set()) for name in names}
        seen = sum(len(self.statuses.get(name, set()) & documented[name]) for name in names)
        return seen, sum(map(len, documented.values()))

    @property
    def rate_limited(self) -> list[str]:
        """The operations that answered nothing but 429, too many requests."""
        return [name for name, statuses in self.statuses.items() if statuses == {429}]

    def summary(self) -> str:
        """Return how much was covered, in a few words."""
        seen, documented = self.seen_statuses(self.declared)
        return (
            f"{len(self.tested)} of {counted(self.operations, 'operation')}, "
            f"{seen} of {counted(documented, 'documented status', 'documented statuses')}, "
            f"{counted(self.requests, 'request')}"
        )


@dataclass
class Report:
    """The result of a check of the server (or the recording) at `url`.

    `findings` fail it. `client_findings` are violations by clients, `for_review` differences that
    no rule decides; both fail nobody. `errors` are what could not be checked, `notes` what else a
    reader should know, `not_cleaned_up` what was made at the target and could not be removed.
    `baseline` are the findings that a baseline accepts, `fixed` the keys of those of its findings
    that were looked for and not found again.
    """

    api: str
    url: str
    coverage: Coverage
    findings: list[Finding] = field(default_factory=list)
    client_findings: list[Finding] = field(default_factory=list)
    for_review: list[Finding] = field(default_factory=list)
    rules: list[RuleResult] = field(default_factory=list)
    personas: PersonaTally = field(default_factory=PersonaTally)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_cleaned_up: list[str] = field(default_factory=list)
    baseline: list[Finding] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The URL without the password of a user."""
        return without_user(self.url)

    @property
    def conforms(self) -> bool:
        """Return whether everything was checked and nothing found."""
        return not self.findings and not self.errors

    @property
    def rate_limited_rules(self) -> list[str]:
        """The rules that could not be judged because of status 429."""
        return [rule.id for rule in self.rules if rule.is_rate_limited]

    def rate_limited(self) -> str:
        """Return a summary of what 429 responses left unchecked; empty if nothing."""
        counts = (
            (len(self.rate_limited_rules), "rule"),
            (len(self.coverage.rate_limited), "operation"),
        )
        parts = " and ".join(counted(count, noun) for count, noun in counts if count)
        return parts and f"{parts} could not be judged because of status 429"

    def coverage_json(self) -> dict[str, Any]:
        """Return how much was covered: operations, documented statuses, the rules by verdict, and
        why some were not judged."""
        coverage = self.coverage
        seen, documented = coverage.seen_statuses(coverage.declared)
        reasons = Counter(rule.reason for rule in self.rules if rule.verdict == "not judged")
        return {
            "operations": {"seen": len(coverage.tested), "of": coverage.operations},
            "statuses": {"seen": seen, "of": documented},
            "rules": dict(Counter(rule.verdict for rule in self.rules)),
            "not judged": dict(reasons),
        }

    def apply_baseline(self, accepted: Iterable[AcceptedFinding]) -> None:
        """Move the findings that a baseline accepts to `baseline`; list those that are fixed."""
        accepted = list(accepted)
        keys = {finding.key for finding in accepted}
        self.baseline = [finding for finding in self.findings if finding.key in keys]
        self.findings = [finding for finding in self.findings if finding.key not in keys]
        checked = {finding.key for finding in accepted if self._was_checked(finding)}
        self.fixed = sorted(checked - {finding.key for finding in self.baseline})

    def _was_checked(self, finding: AcceptedFinding) -> bool:
        """Return whether the finding would have been found again if it were still there."""
        if finding.tier == "shape":
            return finding.operation in self.coverage.shaped
        if finding.tier == "traffic":
            return finding.operation in self.coverage.tested
        if finding.tier == "exploration":
            return finding.operation in self.coverage.explored
        return any(rule.id == finding.rule and rule.verdict == "kept" for rule in self.rules)
