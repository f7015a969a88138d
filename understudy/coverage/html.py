"""The coverage as one HTML page that needs no other file."""

from __future__ import annotations

from understudy.coverage.result import KINDS, Coverage, OperationCoverage, figures
from understudy.coverage.selection import percentage, totals, used_operations
from understudy.report_formats.html import environment


def as_html(coverage: Coverage) -> str:
    """Return the page. Texts of documents and requests are escaped."""
    return (
        environment("understudy", "coverage")
        .get_template("report.html")
        .render(
            coverage=coverage,
            used=used_operations(coverage),
            totals=totals(coverage),
            kinds=KINDS,
            figures=figures,
            percentage=percentage,
            gaps=gaps,
        )
    )


def gaps(operation: OperationCoverage) -> dict[str, list[str]]:
    """Return what was not touched of an operation that was called, by kind; response fields only
    of statuses that were seen."""
    seen = {status for status, count in operation.statuses.items() if count}
    fields = {
        f"Fields of responses with {status}": [p for p, count in counts.items() if not count]
        for status, counts in operation.response_fields.items()
        if status in seen
    }
    found = {
        "Statuses": [s for s, count in operation.statuses.items() if not count],
        "Parameters": [p for p, count in operation.parameters.items() if not count],
        "Fields of requests": [p for p, count in operation.request_fields.items() if not count],
        **fields,
    }
    return {kind: names for kind, names in found.items() if names}
