"""The baseline of a check: the findings of an earlier report, which are accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from understudy.conformance.reports.finding import key_of
from understudy.conformance.reports.report import Report
from understudy.errors import Problem, UsageError
from understudy.files import read_bounded
from understudy.http import json_codec


@dataclass(frozen=True)
class AcceptedFinding:
    """What a baseline keeps of a finding of an earlier run.

    Its key is made anew, so that a report of an older version is a baseline, too.
    """

    operation: str
    rule: str
    tier: str

    @property
    def key(self) -> str:
        """The key of the finding."""
        return key_of(self.tier, self.rule, self.operation)


def read_baseline(file: Path) -> list[AcceptedFinding]:
    """Return the findings of an earlier report, and those that it accepted. Raises UsageError."""
    try:
        report = json_codec.decode(read_bounded(file))
        findings = [*report["findings"], *report["baseline"]]
        return msgspec.convert(findings, list[AcceptedFinding])
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    except (Problem, KeyError, TypeError, msgspec.ValidationError):
        raise UsageError(f"{file} is not a report: make one with --format json") from None


def apply_baseline(report: Report, accepted: Iterable[AcceptedFinding]) -> None:
    """Move the findings that a baseline accepts to `baseline`; list those that are fixed."""
    accepted = list(accepted)
    keys = {finding.key for finding in accepted}
    report.has_baseline = True
    report.baseline = [finding for finding in report.findings if finding.key in keys]
    report.findings = [finding for finding in report.findings if finding.key not in keys]
    found = {finding.key for finding in report.baseline}
    checked = {finding.key for finding in accepted if _was_looked_for(report, finding)}
    report.fixed = sorted(checked - found)


def _was_looked_for(report: Report, finding: AcceptedFinding) -> bool:
    """Return whether the finding would have been found again if it were still there."""
    coverage = report.coverage
    if finding.tier == "behaviour":
        return any(rule.id == finding.rule and rule.verdict == "kept" for rule in report.rules)
    if finding.tier == "traffic":
        return finding.operation in coverage.tested
    if report.errors or report.is_cut_short:
        return False
    if finding.tier == "exploration":
        return finding.operation in coverage.explored
    return finding.operation in coverage.fuzzed
