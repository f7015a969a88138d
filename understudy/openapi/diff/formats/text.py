"""The changes as text for people."""

from __future__ import annotations

from understudy.openapi.diff.level import Level
from understudy.openapi.diff.report import DiffReport
from understudy.report_formats.text import visible


def as_text(report: DiffReport) -> str:
    """Return the changes by operation, with the levels of those that matter, and a last line with
    their numbers."""
    lines = []
    for operation, changes in report.by_operation():
        lines.append(operation)
        for change in (each.change for each in changes):
            level = "" if change.level is Level.HARMLESS else change.level
            lines.append(f"  {level:8}  {change}")
    return "\n".join(visible(line) for line in [*lines, report.summary()])
