"""The report as one HTML page that needs no other file: operations, rules, and each finding."""

from __future__ import annotations

from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted, request_text, response_text


def as_html(report: Report) -> str:
    """Return the page. Texts that a server sent are escaped."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("understudy.conformance.reports", "formats"), autoescape=True
    )
    coverage = report.coverage
    operations = {*coverage.declared, *coverage.tested, *(f.operation for f in report.findings)}
    return environment.get_template("report.html").render(
        report=report,
        operations=sorted(operations),
        coverage=coverage,
        summary=report.coverage_json(),
        counted=counted,
        request_text=request_text,
        response_text=response_text,
    )
