"""The report as one HTML page that needs nothing else: operations, rules, and each finding."""

from __future__ import annotations

from understudy.conformance.reports.report import Report


def as_html(report: Report) -> str:
    """The page; what a server sent is escaped."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("understudy.conformance", "reports"), autoescape=True
    )
    named = {*report.declared, *report.tested, *(f.operation for f in report.findings)}
    return environment.get_template("report.html").render(
        report=report, operations=sorted(named), coverage=report.coverage()
    )
