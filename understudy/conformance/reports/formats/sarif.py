"""The report as SARIF 2.1.0: an error for each finding, at its operation in the document."""

from __future__ import annotations

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats.description import describe
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.rule_help import rule_help, rule_summary
from understudy.report_formats import sarif
from understudy.report_formats.sarif import Result, Rule


def as_sarif(report: Report) -> str:
    """Return the log; what is for review, or about the client, is a note."""
    notes = [*report.for_review, *report.client_findings]
    findings = [*report.findings, *notes]
    rules = {f.rule: Rule(f.rule, rule_summary(f), rule_help(f)) for f in reversed(findings)}
    results = [_result(report, finding, is_note=False) for finding in report.findings]
    results += [_result(report, finding, is_note=True) for finding in notes]
    properties = {
        "coverage": report.coverage_json(),
        "notes": report.notes,
        "persona": report.personas.persona,
    }
    return sarif.as_sarif(rules.values(), results, properties)


def _result(report: Report, finding: Finding, *, is_note: bool) -> Result:
    return Result(
        finding.rule,
        "note" if is_note else "error",
        describe(finding),
        report.place(finding.operation),
        f"{finding.tier} {finding.key}",
    )
