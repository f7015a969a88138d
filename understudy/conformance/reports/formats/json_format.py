"""The whole report as JSON; a later run takes it as its baseline."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import request_text, response_text


def as_json(report: Report) -> str:
    """Return the whole report; a later run takes it as its baseline."""
    return json.dumps(report_json(report), indent=2, ensure_ascii=False)


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON values."""
    coverage = report.coverage
    return {
        "api": report.api,
        "url": report.address,
        "conforms": report.conforms and not report.baseline,
        "level": report.level,
        "not_implemented": report.not_implemented,
        "requests": coverage.requests,
        "operations": coverage.operations,
        "shaped": sorted(coverage.shaped),
        "statuses": {name: sorted(seen) for name, seen in sorted(coverage.statuses.items())},
        "findings": [_finding_json(finding) for finding in report.findings],
        "baseline": [_finding_json(finding) for finding in report.baseline],
        "client_findings": [_finding_json(finding) for finding in report.client_findings],
        "for_review": [_finding_json(finding) for finding in report.for_review],
        "fixed": report.fixed,
        "coverage": report.coverage_json(),
        "rules": [asdict(replace(rule, exchanges=())) for rule in report.rules],
        "not_cleaned_up": report.not_cleaned_up,
        "errors": report.errors,
        "notes": report.notes,
        "persona": report.personas.persona,
        "personas": dict(report.personas.counts),
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    exchanges = [
        {
            "request": request_text(exchange),
            "status": exchange.response.status,
            "response": response_text(exchange),
        }
        for exchange in finding.exchanges
    ]
    fields = asdict(replace(finding, exchanges=()))
    return {"key": finding.key, **fields, "exchanges": exchanges}
