"""What programs get of a report in words: findings, and what is true of the whole run."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report


def describe(finding: Finding) -> str:
    """Return a finding with how to repeat it."""
    return "\n".join([finding.title, finding.message, "repeat it with:", *finding.curl])


def properties(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what is true of the whole run: coverage, level, persona, notes."""
    yield "coverage", report.coverage.summary()
    if report.not_implemented:
        yield "level", report.level
        yield "not implemented", ", ".join(report.not_implemented)
    if report.personas.summary():
        yield "persona", report.personas.summary()
    yield from (("note", note) for note in report.notes)
