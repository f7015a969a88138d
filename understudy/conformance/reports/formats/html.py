"""The report as one HTML page that needs no other file: operations, findings and rules."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from understudy.conformance.reports.cause import by_cause
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted, request_text, response_text
from understudy.report_formats.html import environment


def as_html(report: Report) -> str:
    """Return the page. Texts that a server sent are escaped."""
    page = _Page(report)
    return (
        environment("understudy.conformance.reports", "formats")
        .get_template("report.html")
        .render(
            report=report,
            page=page,
            by_cause=by_cause,
            counted=counted,
            coverage=report.coverage,
            request_text=request_text,
            response_text=response_text,
            summary=report.coverage_json(),
        )
    )


class _Page:
    """What the page asks of a report: about operations, and the values of its filters."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._findings: dict[str, list[Finding]] = {}
        for finding in report.findings:
            self._findings.setdefault(finding.operation, []).append(finding)

    @cached_property
    def operations(self) -> list[str]:
        """The operations: those with findings first."""
        coverage, missing = self.report.coverage, self.report.not_implemented
        known = {*coverage.declared, *coverage.tested, *missing}
        known |= self._findings.keys()
        return sorted(known, key=lambda name: (-len(self.findings(name)), name in missing, name))

    @property
    def known(self) -> Collection[str]:
        """The operations that have a row."""
        return self._anchors

    def findings(self, operation: str) -> list[Finding]:
        """Return the findings of an operation."""
        return self._findings.get(operation, [])

    def verdict(self, operation: str) -> str:
        """Return the verdict on an operation."""
        if self.findings(operation):
            return "broken"
        if operation in self.report.not_implemented:
            return "not implemented"
        return "kept" if operation in self.report.coverage.tested else "not judged"

    def unseen(self, operation: str) -> list[int]:
        """Return the statuses that are documented and were not seen."""
        coverage = self.report.coverage
        seen = coverage.statuses.get(operation, set())
        return sorted(coverage.declared.get(operation, set()) - seen)

    def tag(self, operation: str) -> str:
        """Return the number of an operation's tag, as the filter has it."""
        tag = self.report.coverage.tags.get(operation)
        return "" if tag is None else f"t{self._tags.index(tag)}"

    def tags_of(self, operations: list[str]) -> str:
        """Return the numbers of the tags of some operations."""
        return " ".join(dict.fromkeys(filter(None, map(self.tag, operations))))

    @cached_property
    def _tags(self) -> list[str]:
        return sorted(set(self.report.coverage.tags.values()))

    @property
    def choices(self) -> dict[str, dict[str, str]]:
        """The filters, each with the texts of its values."""
        verdicts = ["broken", "kept", "not judged", "not implemented"]
        found = {*map(self.verdict, self.operations), *(rule.verdict for rule in self.report.rules)}
        tiers = sorted({finding.tier for finding in self.report.findings})
        return {
            "verdict": {name.replace(" ", "-"): name for name in verdicts if name in found},
            "tag": {f"t{number}": tag or "other" for number, tag in enumerate(self._tags)},
            "tier": {tier: tier for tier in tiers},
        }

    def route(self, operation: str) -> str:
        """Return the method and path of an operation, if the document has it."""
        return self.report.index.route(operation) if self.report.index else ""

    def link(self, operation: str) -> str:
        """Return the address of an operation: in the reference, else of its row here."""
        link = self.report.index.link(operation) if self.report.index else ""
        return link or f"#{self.anchor(operation)}"

    def anchor(self, operation: str) -> str:
        """Return the id of an operation's row."""
        return self._anchors[operation]

    @cached_property
    def _anchors(self) -> dict[str, str]:
        return {name: f"operation-{number}" for number, name in enumerate(self.operations, 1)}
