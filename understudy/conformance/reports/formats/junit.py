"""The report as JUnit XML: a case for each operation (its shape, and its exploration) and rule."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats.description import describe, properties
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.rule_result import RuleResult
from understudy.report_formats import junit
from understudy.report_formats.junit import Case
from understudy.report_formats.text import counted


def as_junit(report: Report) -> str:
    """Return the document. A failed case has the whole text of all its findings; what fails nobody
    is skipped."""
    name = f"{report.api} at {report.address}"
    return junit.as_junit(name, _cases(report), properties(report))


def _cases(report: Report) -> Iterator[Case]:
    for name, tiers, covered in (
        ("shape", ("shape", "traffic"), report.coverage.tested),
        ("exploration", ("exploration",), report.coverage.explored),
    ):
        found = [finding for finding in report.findings if finding.tier in tiers]
        differing = report.for_review if name == "exploration" else []
        for operation in sorted({*covered, *(f.operation for f in (*found, *differing))}):
            title = f"{name} of {operation}"
            own = [finding for finding in found if finding.operation == operation]
            noted = [finding for finding in differing if finding.operation == operation]
            yield _case(report.api, title, own, noted, "for review")
    for rule in report.rules:
        yield _rule_case(report, rule)
    for operation in sorted({finding.operation for finding in report.client_findings}):
        own = [f for f in report.client_findings if f.operation == operation]
        yield _case(report.api, f"client of {operation}", [], own, "the client")
    if report.not_implemented:
        count = counted(len(report.not_implemented), "operation")
        names = "\n".join(report.not_implemented)
        yield Case(report.api, "not implemented", "skipped", f"{count} not implemented", names)
    if report.errors:
        text = "\n".join(report.errors)
        yield Case(report.api, "the check", "error", report.errors[0], text)


def _rule_case(report: Report, rule: RuleResult) -> Case:
    found = [f for f in report.findings if f.tier == "behaviour" and f.rule == rule.id]
    is_counted = found or rule.verdict == "kept"
    accepted = any(f.tier == "behaviour" and f.rule == rule.id for f in report.baseline)
    if is_counted:
        return _case(report.api, rule.id, found, [], "")
    if rule.verdict == "broken":
        why = "accepted by the baseline" if accepted else "our own choice, not counted"
        return Case(report.api, rule.id, "skipped", f"{why}: {rule.reason}")
    return Case(report.api, rule.id, "skipped", rule.reason)


def _case(api: str, name: str, failures: list[Finding], notes: list[Finding], note: str) -> Case:
    """Return a case that fails by findings, else is skipped for those that fail nobody."""
    found = failures or notes
    if not found:
        return Case(api, name)
    message = found[0].title
    if len(found) > 1:
        message = f"{message}; and {counted(len(found) - 1, 'other finding')}"
    text = "\n\n".join(f"{finding.rule}: {describe(finding)}" for finding in found)
    if failures:
        return Case(api, name, "failure", message, text)
    return Case(api, name, "skipped", f"{note}: {message}", text)
