"""The report as a badge for a README."""

from __future__ import annotations

from understudy.conformance.reports.report import Report
from understudy.report_formats import badge
from understudy.report_formats.text import counted


def as_badge(report: Report) -> str:
    """Return an SVG: whether the contract is kept, and of how much of it that can be said."""
    return badge.as_badge(f"{report.api} contract", *_message(report))


def _message(report: Report) -> tuple[str, str]:
    implemented, missing = report.coverage.operations, len(report.not_implemented)
    part = f"{implemented} of {counted(implemented + missing, 'operation')}"
    if report.findings:
        return counted(len(report.findings), "finding"), "bad"
    if report.errors:
        return "not judged", "unknown"
    if report.baseline:
        return f"{len(report.baseline)} accepted", "partial"
    return (f"kept, {part}", "partial") if missing else ("kept", "good")
