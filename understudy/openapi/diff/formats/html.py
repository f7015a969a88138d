"""The changes as one HTML page that needs no other file."""

from __future__ import annotations

from understudy.openapi.diff.level import Level
from understudy.openapi.diff.report import DiffReport


def as_html(report: DiffReport) -> str:
    """Return the page. Texts of the documents are escaped."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("understudy.openapi.diff", "formats"), autoescape=True
    )
    return environment.get_template("changes.html").render(report=report, levels=list(Level))
