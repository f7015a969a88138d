"""The summary of all checks of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.eliza_releases.conformance.known import KNOWN, Finding, KnownFinding
from tests.eliza_releases.conformance.run import CheckReport


def print_summary(release: str, reports: Sequence[CheckReport], seconds: int) -> bool:
    """Print the unknown findings, counts, known reasons and errors; return whether there are
    neither unknown findings nor errors."""
    findings = [finding for report in reports for finding in report["findings"]]
    reasons = [_known(release, finding) for finding in findings]
    judged = zip(findings, reasons, strict=True)
    unknown = [finding for finding, reason in judged if reason is None]
    errors = sorted({error for report in reports for error in report["errors"]})
    for finding in unknown:
        _print_finding(finding)
    _print_counts(release, reports, seconds)
    print(f"unknown findings: {len(unknown)}")
    print(f"known findings: {len(findings) - len(unknown)}, for these reasons:")
    _print_reasons(reasons)
    for error in errors:
        print(f"not checked: {error}")
    return not unknown and not errors


def _known(release: str, finding: Finding) -> KnownFinding | None:
    """Return the first known finding that covers this one."""
    return next((known for known in KNOWN if known.covers(release, finding)), None)


def _print_finding(finding: dict[str, Any]) -> None:
    print(f"{finding['key']}\n  {finding['message'][:600]}")
    for command in finding["curl"]:
        print(f"  {command}")


def _print_counts(release: str, reports: Sequence[CheckReport], seconds: int) -> None:
    shaped = {name for report in reports for name in report["shaped"]}
    absent = {name for report in reports for name in report["not_implemented"]}
    requests = sum(report["requests"] for report in reports)
    verdicts = Counter(rule["verdict"] for report in reports for rule in report["rules"])
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"\n@elizaos/server {release}: {requests} requests in {seconds} s")
    print(f"operations: {len(shaped)} judged in shape, {len(absent)} not implemented")
    print(f"rules: {counts or 'none'}")


def _print_reasons(reasons: Iterable[KnownFinding | None]) -> None:
    """Print the known findings in their order, with how often each was found."""
    counts = Counter(reasons)
    for known in KNOWN:
        if known in counts:
            print(f"  {counts[known]} x {known}")
