"""Verdicts as text."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdicts import Finding, Report


def as_text(report: Report) -> str:
    """The report as a person reads it: what was broken, how to repeat it, and the verdict."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    for finding in sorted(report.findings, key=lambda f: (f.operation, f.rule)):
        yield from _finding(finding)
    for error in report.errors:
        yield f"could not be judged: {error}"
        yield ""
    tried = f"{len(report.tested)} of {report.operations} operations, {report.cases} requests"
    if report.conforms:
        yield f"{report.url} keeps the contract of {report.api} ({tried})"
    elif report.findings:
        broken = len({finding.operation for finding in report.findings})
        yield (
            f"{report.url} breaks the contract of {report.api}: "
            f"{len(report.findings)} findings in {broken} operations ({tried})"
        )
    else:
        yield f"{report.url} could not be judged by the contract of {report.api} ({tried})"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{finding.operation} breaks {finding.rule}: {finding.title}"
    for line in finding.message.splitlines():
        yield f"    {line}".rstrip()
    yield "  repeat it with:"
    for curl in finding.curl:
        yield f"    {curl}"
    yield ""
