"""The report for GitHub Actions: an annotation for each cause, and the page of the job."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Literal

from understudy.conformance.reports.cause import by_cause, other_names
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats.description import describe, properties
from understudy.conformance.reports.formats.table import table
from understudy.conformance.reports.formats.text import verdict
from understudy.conformance.reports.report import Report
from understudy.report_formats.github import Annotation, as_annotations, html_table, one_line
from understudy.report_formats.text import counted, cut

#: Operations that a cell names.
_MOST_NAMES = 12


def as_github(report: Report) -> str:
    """Return the lines that the runner takes: the worst ten things, and what was covered."""
    return as_annotations(_annotations(report))


def _annotations(report: Report) -> Iterator[Annotation]:
    for error in report.errors:
        yield Annotation("error", "could not be judged", error)
    yield from _of(report, report.findings, "error", "breaks {rule}")
    yield from _of(report, report.client_findings, "warning", "was called wrongly")
    yield from _of(report, report.for_review, "notice", "is for review")
    covered = "\n".join(f"{name}: {value}" for name, value in properties(report))
    yield Annotation("notice", "what was checked", covered)
    if report.fixed:
        yield Annotation("notice", "fixed since the baseline", "\n".join(report.fixed))


def _of(
    report: Report,
    findings: Sequence[Finding],
    level: Literal["error", "warning", "notice"],
    verb: str,
) -> Iterator[Annotation]:
    """Yield an annotation for each cause, at the first operation that shows it."""
    for group in by_cause(findings):
        finding, (operations, rules) = group[0], other_names(group)
        place = report.place(finding.operation)
        file = "" if "://" in place.file else place.file  # only a file can be in a diff
        names = [*operations, *rules]
        also = f"\n\nThe same in {_named(names)}" if names else ""
        title = f"{finding.operation} {verb.format(rule=finding.rule)}"
        yield Annotation(level, title, f"{describe(finding)}{also}", file, place.line)


def _named(names: Sequence[str]) -> str:
    left = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {left} more" if left > 0 else "")


def as_job_summary(report: Report) -> str:
    """Return HTML, in which GitHub looks for no Markdown: a server's text stays text."""
    return "\n".join(_summary(report))


def _summary(report: Report) -> Iterator[str]:
    yield f"<h3>{html.escape(one_line(verdict(report)))}</h3>"
    if report.findings:
        yield html_table(("operation", "rule", "finding"), map(_row, by_cause(report.findings)))
    known = [f"{name}: {value}" for name, value in properties(report) if name != "coverage"]
    for line in (*report.errors, *known):
        yield f"<p>{html.escape(one_line(line))}</p>"
    if report.fixed:
        fixed = html.escape(one_line(", ".join(report.fixed)))
        yield f"<p>{counted(len(report.fixed), 'finding')} fixed since the baseline: {fixed}</p>"
    covered = html.escape("\n".join(table(report)))
    yield f"<details><summary>What was covered</summary><pre>{covered}</pre></details>"


def _row(group: list[Finding]) -> tuple[str, str, str]:
    finding = group[0]
    operations, others = other_names(group)
    names, rules = [finding.operation, *operations], [finding.rule, *others]
    first_line = cut(next(iter(finding.message.splitlines()), ""), 300)
    return _named(names), _named(rules), f"{finding.title} {first_line}"
