"""What was judged, as a table: a line for each tag of the API."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.conformance.reports.report import Report

_HEAD = ("", "operations", "statuses", "rules kept", "broken", "not judged", "findings")


def table(report: Report) -> Iterator[str]:
    """The lines. A rule counts where the operation is that it comes to last: the others are mostly
    there to make that one possible."""
    rows = [_row(report, tag) for tag in dict.fromkeys(report.tags.values())]
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    for first, *others in (_HEAD, *rows):
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _row(report: Report, tag: str) -> tuple[str, ...]:
    own = {operation for operation, named in report.tags.items() if named == tag}
    seen = sum(len(report.statuses.get(o, set()) & report.declared.get(o, set())) for o in own)
    rules = [rule.verdict for rule in report.rules if rule.operations[-1] in own]
    verdicts = [str(rules.count(name)) for name in ("kept", "broken", "not judged")]
    found = sum(finding.operation in own for finding in report.findings)
    declared = sum(len(report.declared.get(o, ())) for o in own)
    tried = f"{len(report.tested & own)} of {len(own)}"
    return (tag or "other", tried, f"{seen} of {declared}", *verdicts, str(found))
