"""Contract coverage of the namespace: what the exchanges of clients in its journal have touched.

The reports are imported at their first use: the server starts without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.control.context import ControlContext
from understudy.http.messages import Content

if TYPE_CHECKING:
    from understudy.coverage.result import Coverage, Figures, OperationCoverage


def get_coverage(
    context: ControlContext, api: str | None = None, operation: str | None = None
) -> dict[str, Any]:
    """Return what was touched of each operation, as counts; of one operation also what was not."""
    context.check_names({"api": api, "operation": operation}, where="query")
    coverage = _collect(context)
    journal = context.namespace.journal
    return {
        "seen": journal.seen,
        "removed": journal.seen - len(journal),
        "apis": [
            {
                "api": each.api,
                "calls": each.calls,
                "operations": [
                    _as_json(of_api, with_gaps=operation is not None)
                    for of_api in each.operations
                    if operation in (None, of_api.id)
                ],
            }
            for each in coverage.apis
            if api in (None, each.api)
        ],
        "outside": coverage.outside,
        "notes": coverage.notes,
    }


def get_coverage_json(context: ControlContext) -> Content:
    """Return the report that `understudy coverage` reads and merges."""
    from understudy.coverage.json_format import as_json

    return _file(as_json(_collect(context)), "application/json")


def get_coverage_html(context: ControlContext) -> Content:
    """Return the report as one page."""
    from understudy.coverage.html import as_html

    return _file(as_html(_collect(context)), "text/html; charset=utf-8")


def _file(text: str, media_type: str) -> Content:
    """Return a file for download: a browser shows none of it as a page of this server."""
    return Content(text.encode(), media_type, (("Content-Disposition", "attachment"),))


def _collect(context: ControlContext) -> Coverage:
    """Return the coverage by what the journal still has."""
    collector = context.collect()
    journal = context.namespace.journal
    for _, exchange in journal.numbered():
        collector.add(exchange)
    if removed := journal.seen - len(journal):
        collector.coverage.add_note("an exchange is no longer in the journal", removed)
    return collector.coverage


def _as_json(operation: OperationCoverage, *, with_gaps: bool) -> dict[str, Any]:
    from understudy.coverage.html import gaps
    from understudy.coverage.result import figures

    json = {
        "operation": operation.id,
        "method": operation.method,
        "path": operation.path,
        "tags": operation.tags,
        "calls": operation.calls,
        "statuses": operation.statuses,
        "undocumented_statuses": operation.undocumented_statuses,
        "parameters": operation.parameters,
        "fields": _figures(figures([operation])["fields"]),
    }
    return {**json, "untouched": gaps(operation)} if with_gaps else json


def _figures(part: Figures) -> dict[str, int]:
    return {"covered": part.covered, "of": part.of}
