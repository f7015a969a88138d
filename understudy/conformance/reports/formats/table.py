"""The coverage of a check as a table: a line for each tag of the API."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.conformance.reports.report import Report

_HEAD = ("", "operations", "statuses", "rules kept", "broken", "not judged", "findings")


def table(report: Report) -> Iterator[str]:
    """Yield the lines.

    A rule counts for the tag of its last operation: the other operations mostly prepare that one.
    Without rules there are no columns about them.
    """
    rows = [_row(report, tag) for tag in dict.fromkeys(report.coverage.tags.values())]
    if not rows:
        return
    shown = [_shown(row, report) for row in (_HEAD, *rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for first, *others in shown:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _shown(row: tuple[str, ...], report: Report) -> tuple[str, ...]:
    return row if report.rules else (*row[:3], *row[6:])


def _row(report: Report, tag: str) -> tuple[str, ...]:
    coverage = report.coverage
    own = {operation for operation, its_tag in coverage.tags.items() if its_tag == tag}
    verdicts = [rule.verdict for rule in report.rules if rule.operations[-1] in own]
    rules = [str(verdicts.count(name)) for name in ("kept", "broken", "not judged")]
    seen, documented = coverage.seen_statuses(own)
    findings = sum(finding.operation in own for finding in report.findings)
    tested = f"{len(coverage.tested & own)} of {len(own)}"
    return (tag or "other", tested, f"{seen} of {documented}", *rules, str(findings))
