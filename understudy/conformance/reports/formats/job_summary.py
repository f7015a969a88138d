"""The report in short, for the page of a job in GitHub Actions."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from pathlib import Path

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats.table import table
from understudy.conformance.reports.formats.text import verdict
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted

#: The findings that are listed; GitHub shows a page of at most 1 MiB.
_MOST = 100


def append_job_summary(report: Report) -> None:
    """Append the report to the file for it, if this is a step of such a job. Raises OSError."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(as_job_summary(report))


def as_job_summary(report: Report) -> str:
    """Return HTML, in which GitHub looks for no Markdown: a server's text stays text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"<h3>{html.escape(verdict(report))}</h3>"
    if report.findings:
        rows = "".join(map(_row, report.findings[:_MOST]))
        yield f"<table><tr><th>operation<th>rule<th>finding</tr>{rows}</table>"
    if len(report.findings) > _MOST:
        yield f"<p>{counted(len(report.findings) - _MOST, 'more finding')}</p>"
    for line in (*report.errors, *report.notes):
        yield f"<p>{html.escape(_line(line))}</p>"
    covered = html.escape("\n".join(table(report)))
    yield f"<details><summary>What was covered</summary><pre>{covered}</pre></details>"


def _row(finding: Finding) -> str:
    cells = (finding.operation, finding.rule, finding.title)
    return f"<tr>{''.join(f'<td>{html.escape(_line(cell))}</td>' for cell in cells)}</tr>"


def _line(text: str) -> str:
    """Return text without line breaks: a blank line would end the HTML."""
    return " ".join(text.split())
