"""What a check found: findings, how to repeat them, and what was covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.operation_index import OperationIndex
from understudy.conformance.reports.persona_tally import PersonaTally
from understudy.conformance.reports.rule_result import RuleResult
from understudy.conformance.reports.wording import counted
from understudy.http.secrets import without_user
from understudy.report_formats.sarif import Place


@dataclass
class Report:
    """The result of a check of the server (or the recording) at `url`.

    `findings` fail it. `client_findings` are violations by clients, `for_review` differences that
    no rule decides; both fail nobody. `errors` are what could not be checked, `notes` what else a
    reader should know, `not_cleaned_up` what was made at the target and could not be removed.
    `not_implemented` are the ids of the operations that the server lacks, in the document's order:
    nothing else is said about them, and the coverage is without them.
    `baseline` are the findings that a baseline accepts (`has_baseline`: there is one, though it may
    accept nothing), `fixed` the keys of those of its findings that were looked for and not found
    again. `is_cut_short`: the requests that are allowed did not suffice. `index` tells where
    operations are documented.
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
    not_implemented: list[str] = field(default_factory=list)
    baseline: list[Finding] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    has_baseline: bool = False
    is_cut_short: bool = False
    index: OperationIndex | None = None

    def place(self, operation: str) -> Place:
        """Return where an operation is documented: the file, and the line there."""
        if self.index is None:
            return Place(f"{self.api}.yaml", 1, operation)
        return self.index.place(operation)

    @property
    def address(self) -> str:
        """The URL without the password of a user."""
        return without_user(self.url)

    @property
    def conforms(self) -> bool:
        """Return whether everything was checked and nothing found that no baseline accepts."""
        return not self.findings and not self.errors

    def baseline_summary(self) -> str:
        """Return what a baseline accepts, in a few words; empty without one."""
        if not self.has_baseline:
            return ""
        accepted, new, fixed = len(self.baseline), len(self.findings), len(self.fixed)
        return f"{accepted} accepted, {new} new, {fixed} fixed"

    @property
    def level(self) -> str:
        """How much of the API the server implements and keeps, in a few words."""
        implemented, judged = len(self.coverage.tags), [r for r in self.rules if r.is_judged]
        total = implemented + len(self.not_implemented)
        kept = sum(rule.verdict == "kept" for rule in judged)
        parts = [f"{implemented} of {counted(total, 'operation')} implemented"] if total else []
        if judged:
            count = counted(len(judged), "rule")
            parts.append(f"{kept} of {count} kept that could be judged")
        return "; ".join(parts)

    def leave_out(self, operations: Sequence[str], needed: Mapping[str, str]) -> None:
        """Record which operations the server lacks, and take back what was said about them.

        A rule by whose id `needed` has one of them is not judged, unless another operation breaks
        it.
        """
        self.not_implemented, absent = list(operations), set(operations)
        self.coverage.leave_out(absent)
        self.findings = [f for f in self.findings if f.operation not in absent]
        self.for_review = [f for f in self.for_review if f.operation not in absent]
        broken = {finding.rule for finding in self.findings if finding.tier == "behaviour"}
        self.rules = [
            rule.needing(needed[rule.id]) if rule.id in needed and rule.id not in broken else rule
            for rule in self.rules
        ]

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
            "operations": {"seen": len(coverage.seen), "of": coverage.operations},
            "statuses": {"seen": seen, "of": documented},
            "rules": dict(Counter(rule.verdict for rule in self.rules)),
            "not judged": dict(reasons),
        }
