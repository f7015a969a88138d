"""The changes as one HTML page that needs no other file."""

from __future__ import annotations

from collections import Counter

from understudy.openapi.diff.level import Level
from understudy.openapi.diff.report import DiffReport
from understudy.report_formats.html import environment


def as_html(report: DiffReport) -> str:
    """Return the page. Texts of the documents are escaped."""
    template = environment("understudy.openapi.diff", "formats").get_template("changes.html")
    counts = Counter(located.change.level for located in report.shown)
    levels = {level: f"{level} ({counts[level]})" for level in Level if counts[level]}
    return template.render(report=report, levels=levels)
