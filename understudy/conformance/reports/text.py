"""The report as a person reads it: what was broken, how to repeat it, and the verdict."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from understudy.conformance.reports.report import Finding, Report
from understudy.conformance.reports.table import table

_UNPRINTED = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\U0010ffff]")


def as_text(report: Report) -> str:
    """Findings first, then what was judged, and the verdict in the last line. What a server says
    moves no cursor: control characters are shown by their numbers."""
    return _UNPRINTED.sub(lambda found: f"\\x{ord(found[0]):02x}", "\n".join(_lines(report)))


def _lines(report: Report) -> Iterator[str]:
    for finding, *others in _alike(report.findings):
        yield from _finding(finding, "breaks", [other.operation for other in others])
    for finding, *others in _alike(report.clients):
        names = [other.operation for other in others]
        yield from _finding(finding, "breaks", names, "the client's fault: ")
    for finding in report.review:
        yield from _finding(finding, "is for review,")
    for error in report.errors:
        yield f"could not be judged: {error}"
        yield ""
    yield from table(report)
    yield from _behaviour(report)
    if report.explored:
        yield f"explored {len(report.explored)} operations: {len(report.review)} for review"
    yield from filter(None, [report.ballot.told(), *report.notes])
    for line in report.left:
        yield f"left at the target: {line}"
    if report.clients:
        yield f"{len(report.clients)} faults of the client, which are not the server's"
    if report.known:
        yield f"{len(report.known)} known findings, accepted by the baseline"
    for key in report.mended:
        yield f"MENDED, take it out of the baseline: {key}"
    yield _verdict(report)


def _behaviour(report: Report) -> Iterator[str]:
    if not report.rules:
        return
    counts = Counter(rule.verdict for rule in report.rules)
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    yield f"{len(report.rules)} rules of behaviour: {told}"
    reasons = Counter(rule.told for rule in report.rules if rule.verdict == "not judged")
    for reason, count in reasons.items():
        yield f"  not judged, {count} times: {reason}"
    ours = [r for r in report.rules if r.verdict == "broken" and r.basis == "decided"]
    for rule in ours:
        yield f"  differs where the sources are silent: {rule.id} ({rule.told})"


def _verdict(report: Report) -> str:
    cut = next((told for told in report.errors if told.startswith("the run was cut short")), "")
    tried = "; ".join(filter(None, [report.covered(), report.unjudged(), cut[:21]]))
    if report.conforms:
        return f"{report.url} keeps the contract of {report.api} ({tried})"
    if report.findings:
        broken = len({finding.operation for finding in report.findings})
        return (
            f"{report.url} breaks the contract of {report.api}: "
            f"{len(report.findings)} findings in {broken} operations ({tried})"
        )
    return f"{report.url} could not be judged by the contract of {report.api} ({tried})"


def _alike(findings: list[Finding]) -> Iterable[list[Finding]]:
    """The findings in order; what is said of several operations in the same words, together."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.tier, f.operation, f.rule)):
        said = (finding.tier, finding.rule, finding.title, finding.message)
        alike.setdefault(said, []).append(finding)
    return alike.values()


def _finding(
    finding: Finding, verdict: str, others: Sequence[str] = (), whose: str = ""
) -> Iterator[str]:
    yield f"{whose}{finding.operation} {verdict} {finding.rule}: {finding.title}"
    if finding.basis != "documented":
        yield f"    (a rule that was {finding.basis})"
    for line in finding.message.splitlines():
        yield f"    {line}".rstrip()
    yield "  repeat it with:"
    for curl in finding.curl:
        yield f"    {curl}"
    if others:
        told = f"so do {len(others)} other operations: {', '.join(others)}"
        yield textwrap.fill(told, 100, initial_indent="  ", subsequent_indent="    ")
    yield ""
