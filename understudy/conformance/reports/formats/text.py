"""The report as text for people: findings, how to repeat them, and the verdict in the last line."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats.table import table
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted

_CONTROL = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\U0010ffff]")


def as_text(report: Report) -> str:
    """Return the report. Control characters that a server sent are shown by their numbers, so that
    they do not reach the terminal."""
    text = "\n".join(_lines(report))
    return _CONTROL.sub(lambda character: f"\\x{ord(character[0]):02x}", text)


def _lines(report: Report) -> Iterator[str]:
    for finding, *others in _grouped(report.findings):
        yield from _finding(finding, "breaks", [other.operation for other in others])
    for finding, *others in _grouped(report.client_findings):
        operations = [other.operation for other in others]
        yield from _finding(finding, "breaks", operations, prefix="the client: ")
    for finding in report.for_review:
        yield from _finding(finding, "is for review,")
    for error in report.errors:
        yield f"could not be judged: {error}"
        yield ""
    yield from table(report)
    yield from _rules(report)
    if report.coverage.explored:
        explored = counted(len(report.coverage.explored), "operation")
        yield f"explored {explored}: {counted(len(report.for_review), 'difference')} for review"
    yield from filter(None, [report.personas.summary(), *report.notes])
    for line in report.not_cleaned_up:
        yield f"not cleaned up at the target: {line}"
    yield from _baseline(report)
    yield verdict(report)


def _rules(report: Report) -> Iterator[str]:
    if not report.rules:
        return
    counts = Counter(rule.verdict for rule in report.rules)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    yield f"{counted(len(report.rules), 'rule')} of behaviour: {verdicts}"
    reasons = Counter(rule.reason for rule in report.rules if rule.verdict == "not judged")
    for reason, count in reasons.items():
        yield f"  {counted(count, 'rule')} not judged: {reason}"
    for rule in report.rules:
        if rule.verdict == "broken" and rule.basis == "decided":
            yield f"  our own choice, not counted: {rule.id} ({rule.reason})"


def _baseline(report: Report) -> Iterator[str]:
    if report.client_findings:
        count = counted(len(report.client_findings), "finding")
        yield f"{count} about the client, which do not count against the server"
    for key in report.fixed:
        yield f"fixed since the baseline: {key}"


def verdict(report: Report) -> str:
    """Return whether the contract is kept, and how much was covered, in one sentence."""
    cut_short = report.is_cut_short or any(
        error.startswith("the run was cut short") for error in report.errors
    )
    parts = [report.coverage.summary(), report.rate_limited()]
    parts += ["the run was cut short"] if cut_short else []
    covered = "; ".join(filter(None, parts))
    accepted = report.baseline_summary()
    if report.conforms and accepted:
        return f"{report.address} has no new findings: {accepted} ({covered})"
    if report.conforms:
        return f"{report.address} keeps the contract of {report.api} ({covered})"
    if report.findings:
        operations = {finding.operation for finding in report.findings}
        new = "new " if accepted else ""
        return (
            f"{report.address} breaks the contract of {report.api}: "
            f"{counted(len(report.findings), f'{new}finding')} in "
            f"{counted(len(operations), 'operation')}{accepted and f', {accepted}'} ({covered})"
        )
    return f"{report.address} could not be judged by the contract of {report.api} ({covered})"


def _grouped(findings: list[Finding]) -> Iterable[list[Finding]]:
    """Return the findings in order, those with the same text about several operations together."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.tier, f.operation, f.rule)):
        text = (finding.tier, finding.rule, finding.title, finding.message)
        groups.setdefault(text, []).append(finding)
    return groups.values()


def _finding(
    finding: Finding, verdict: str, others: Sequence[str] = (), prefix: str = ""
) -> Iterator[str]:
    yield f"{prefix}{finding.operation} {verdict} {finding.rule}: {finding.title}"
    if finding.basis != "documented":
        yield f"    (the basis of the rule: {finding.basis})"
    for line in finding.message.splitlines():
        yield f"    {line}".rstrip()
    yield "  repeat it with:"
    for curl in finding.curl:
        yield f"    {curl}"
    if others:
        verb = "does" if len(others) == 1 else "do"
        also = f"so {verb} {counted(len(others), 'other operation')}: {', '.join(others)}"
        yield textwrap.fill(also, 100, initial_indent="  ", subsequent_indent="    ")
    yield ""
