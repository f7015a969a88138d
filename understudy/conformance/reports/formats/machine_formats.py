"""The report for programs: JSON, JUnit XML, SARIF 2.1.0 and GitHub's annotations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any
from xml.etree import ElementTree

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import request_text, response_text
from understudy.version import VERSION

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


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
        "requests": coverage.requests,
        "operations": coverage.operations,
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


def as_junit(report: Report) -> str:
    """Return JUnit XML: a case for each operation (its shape, and its exploration) and each rule.

    Failures have the whole text of their findings; what is for review is skipped.
    """
    suite = _Suite(report)
    for name, findings in _cases(report):
        case = suite.case(name)
        for finding in findings:
            suite.result(case, "failure", finding.title).text = _xml_text(_description(finding))
    for rule in report.rules:
        if rule.verdict == "not judged":
            suite.result(suite.case(rule.id), "skipped", rule.reason)
    for finding in report.for_review:
        case = suite.case(f"exploration of {finding.operation}")
        suite.result(case, "skipped", f"for review: {_description(finding)}")
    for error in report.errors:
        suite.result(suite.case("the check"), "error", error)
    return suite.xml()


class _Suite:
    """A test suite of JUnit, which counts its cases and their results."""

    def __init__(self, report: Report) -> None:
        name = _xml_text(f"{report.api} at {report.address}")
        self._suite = ElementTree.Element("testsuite", name=name)
        self._api = report.api
        self._counts = {"tests": 0, "failures": 0, "skipped": 0, "errors": 0}
        properties = ElementTree.SubElement(self._suite, "properties")
        for name, value in _properties(report):
            ElementTree.SubElement(properties, "property", name=name, value=_xml_text(value))

    def case(self, name: str) -> ElementTree.Element:
        """Add a test case."""
        self._counts["tests"] += 1
        return ElementTree.SubElement(self._suite, "testcase", classname=self._api, name=name)

    def result(self, case: ElementTree.Element, kind: str, message: str) -> ElementTree.Element:
        """Add a result to a case: "failure", "error" or "skipped"."""
        self._counts[kind if kind == "skipped" else f"{kind}s"] += 1
        return ElementTree.SubElement(case, kind, message=_xml_text(message))

    def xml(self) -> str:
        """Return the document."""
        self._suite.attrib.update({name: str(count) for name, count in self._counts.items()})
        # Reports are UTF-8; ElementTree would declare the encoding of the terminal.
        declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
        return declaration + ElementTree.tostring(self._suite, encoding="unicode")


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what is true of the whole run: coverage, persona, notes."""
    yield "coverage", report.coverage.summary()
    if report.personas.summary():
        yield "persona", report.personas.summary()
    yield from (("note", note) for note in report.notes)


def _cases(report: Report) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the names of what was checked, each with its findings."""
    shape = [f for f in report.findings if f.tier in ("shape", "traffic")]
    for operation in sorted({*report.coverage.tested, *(f.operation for f in shape)}):
        yield f"shape of {operation}", [f for f in shape if f.operation == operation]
    for rule in report.rules:
        if rule.verdict != "not judged":
            broken = [f for f in report.findings if f.tier == "behaviour" and f.rule == rule.id]
            yield rule.id, broken
    explored = [finding for finding in report.findings if finding.tier == "exploration"]
    for operation in sorted({*report.coverage.explored, *(f.operation for f in explored)}):
        yield f"exploration of {operation}", [f for f in explored if f.operation == operation]


def as_sarif(report: Report) -> str:
    """Return SARIF: an error for each finding, a note for what is for review or about the client.

    The location of a result is the operation.
    """
    notes = [*report.for_review, *report.client_findings]
    levels = [*((f, "error") for f in report.findings), *((f, "note") for f in notes)]
    rules = {finding.rule: finding for finding, _ in reversed(levels)}
    driver = {
        "name": "understudy",
        "version": VERSION,
        "rules": [
            {"id": name, "shortDescription": {"text": finding.title}}
            for name, finding in sorted(rules.items())
        ],
    }
    results = [
        {
            "ruleId": finding.rule,
            "level": level,
            "message": {"text": _description(finding)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": f"{report.api}.yaml"},
                        "region": {"startLine": 1},
                    },
                    "logicalLocations": [{"name": finding.operation, "kind": "function"}],
                }
            ],
        }
        for finding, level in levels
    ]
    properties = {
        "coverage": report.coverage_json(),
        "notes": report.notes,
        "persona": report.personas.persona,
    }
    run = {"tool": {"driver": driver}, "results": results, "properties": properties}
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


def as_github(report: Report) -> str:
    """Return a line for each finding and each thing to review, as GitHub's runner shows it."""
    lines = [
        _annotation("error", f"{f.operation} breaks {f.rule}", _description(f))
        for f in report.findings
    ]
    lines += [
        _annotation("warning", f"{f.operation} was called wrongly", _description(f))
        for f in report.client_findings
    ]
    lines += [
        _annotation("notice", f"{f.operation} is for review", _description(f))
        for f in report.for_review
    ]
    lines += [_annotation("error", "could not be judged", error) for error in report.errors]
    lines += [_annotation("notice", name, value) for name, value in _properties(report)]
    lines += [_annotation("notice", "fixed", key) for key in report.fixed]
    return "\n".join(lines)


def _annotation(level: str, title: str, text: str) -> str:
    return f"::{level} title={_escaped(title, ':,')}::{_escaped(text)}"


def _description(finding: Finding) -> str:
    return "\n".join([finding.title, finding.message, "repeat it with:", *finding.curl])


def _escaped(text: str, reserved: str = "") -> str:
    for character in f"%\r\n{reserved}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _xml_text(text: str) -> str:
    """Return the text without characters that XML cannot carry."""
    return _NO_XML.sub("?", text)
