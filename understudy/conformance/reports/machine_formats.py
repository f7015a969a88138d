"""The report for machines: JSON, JUnit XML, SARIF 2.1.0 and GitHub's annotations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from understudy.conformance.reports.report import Finding, Report
from understudy.version import VERSION

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(report: Report) -> str:
    """Everything; a later run takes it as its baseline."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False)


def as_junit(report: Report) -> str:
    """A case for each operation (its shape, and what was explored of it) and each rule; failures
    have the whole story, and what is for review is skipped."""
    suite = ElementTree.Element("testsuite", name=_clean(f"{report.api} at {report.url}"))
    properties = ElementTree.SubElement(suite, "properties")
    for name, told in _properties(report):
        ElementTree.SubElement(properties, "property", name=name, value=_clean(told))
    counts = {"tests": 0, "failures": 0, "skipped": 0, "errors": len(report.errors)}
    for name, findings in _cases(report):
        counts["tests"] += 1
        case = ElementTree.SubElement(suite, "testcase", classname=report.api, name=name)
        for finding in findings:
            counts["failures"] += 1
            failure = ElementTree.SubElement(case, "failure", message=_clean(finding.title))
            failure.text = _clean(_story(finding))
    for rule in report.rules:
        if rule.verdict == "not judged":
            counts["tests"] += 1
            counts["skipped"] += 1
            case = ElementTree.SubElement(suite, "testcase", classname=report.api, name=rule.id)
            ElementTree.SubElement(case, "skipped", message=_clean(rule.told))
    for finding in report.review:
        counts["tests"] += 1
        counts["skipped"] += 1
        name = f"exploration of {finding.operation}"
        case = ElementTree.SubElement(suite, "testcase", classname=report.api, name=name)
        ElementTree.SubElement(case, "skipped", message=_clean(f"for review: {_story(finding)}"))
    for error in report.errors:
        counts["tests"] += 1
        case = ElementTree.SubElement(suite, "testcase", classname=report.api, name="the judge")
        ElementTree.SubElement(case, "error", message=_clean(error))
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    """What is to be known of the whole: the coverage, the form that was spoken, notes."""
    yield "coverage", report.covered()
    yield from (("form", told) for told in filter(None, [report.ballot.told()]))
    yield from (("note", note) for note in report.notes)


def _cases(report: Report) -> Iterator[tuple[str, list[Finding]]]:
    shape = [f for f in report.findings if f.tier in ("shape", "traffic")]
    for operation in sorted({*report.tested, *(f.operation for f in shape)}):
        yield f"shape of {operation}", [f for f in shape if f.operation == operation]
    for rule in report.rules:
        if rule.verdict != "not judged":
            broken = [f for f in report.findings if f.tier == "behaviour" and f.rule == rule.id]
            yield rule.id, broken
    explored = [finding for finding in report.findings if finding.tier == "exploration"]
    for operation in sorted({*report.explored, *(f.operation for f in explored)}):
        yield f"exploration of {operation}", [f for f in explored if f.operation == operation]


def as_sarif(report: Report) -> str:
    """One result a finding, or a note: what is for review, and what the client did wrong. Its place
    is the operation."""
    notes = [*report.review, *report.clients]
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
            "message": {"text": _story(finding)},
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
    more = {"coverage": report.coverage(), "notes": report.notes, "form": report.ballot.form}
    run = {"tool": {"driver": driver}, "results": results, "properties": more}
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


def as_github(report: Report) -> str:
    """A line for each finding and each thing to review, as GitHub's runner shows it."""
    lines = [
        f"::error title={_escaped(f.operation, ':,')} breaks {_escaped(f.rule, ':,')}::"
        f"{_escaped(_story(f))}"
        for f in report.findings
    ]
    lines += [
        f"::warning title={_escaped(f.operation, ':,')} was asked wrongly::{_escaped(_story(f))}"
        for f in report.clients
    ]
    lines += [
        f"::notice title={_escaped(f.operation, ':,')} is for review::{_escaped(_story(f))}"
        for f in report.review
    ]
    lines += [f"::error title=could not be judged::{_escaped(error)}" for error in report.errors]
    lines += [f"::notice title={name}::{_escaped(told)}" for name, told in _properties(report)]
    lines += [f"::notice title=mended::{_escaped(key)}" for key in report.mended]
    return "\n".join(lines)


def _story(finding: Finding) -> str:
    return "\n".join([finding.title, finding.message, "repeat it with:", *finding.curl])


def _escaped(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _clean(text: str) -> str:
    """Without what XML cannot carry."""
    return _NO_XML.sub("?", text)
