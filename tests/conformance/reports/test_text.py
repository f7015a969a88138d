"""The text of a report: short enough to read, and whole on request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.conformance.reports.sample import contract, finding, sample
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.formats import as_text
from understudy.conformance.reports.report import Report


def report_of(*operations: str, fields: int = 1) -> Report:
    """Return a report with nothing but findings: one for each operation and field."""
    report = Report("shop", "http://localhost", Coverage(len(operations)))
    report.findings = [finding(name, f"f{n}") for name in operations for n in range(fields)]
    return report


def test_text_has_one_block_for_one_cause() -> None:
    """Nine findings of one absent field are one, which names the operations."""
    names = [f"getPet{number}" for number in range(9)]
    text = as_text(report_of(*names))
    assert text.count("repeat it with:") == 1
    assert "getPet0 breaks response_schema_conformance: Response violates schema" in text
    assert "so do 8 other operations: getPet1, getPet2," in text
    assert (
        as_text(report_of("getPet", "listPets")).count("so does 1 other operation: listPets") == 1
    )


def test_text_breaks_no_name() -> None:
    """Names of rules have hyphens; a name that is cut at one cannot be copied."""
    report = report_of()
    names = [f"a-rule-with-a-long-name-of-number-{number}" for number in range(5)]
    report.findings = [replace(finding("getPet", "f"), rule=name, cause="one") for name in names]
    assert all(name in as_text(report) for name in names)


def test_text_begins_and_ends_with_the_verdict() -> None:
    """A reader sees it first, and a script in the last line; without findings it stands once."""
    first, *_, last = as_text(report_of("getPet")).splitlines()
    assert first == last
    assert "breaks the contract of shop: 1 finding in 1 operation (" in first
    assert as_text(report_of()).count("keeps the contract of shop") == 1


def test_text_shows_ten_causes_unless_all_are_wanted() -> None:
    """The most frequent ones, and how many are left out; --verbose has every finding."""
    report = report_of("getPet", fields=12)
    report.findings.append(finding("listPets", "f11"))
    text = as_text(report)
    assert text.count("repeat it with:") == 10
    assert text.index('"f11"') < text.index('"f0"')
    assert "and 2 more (2 findings): --verbose shows all" in text
    assert as_text(report, verbose=True).count("repeat it with:") == 13


def test_text_fits_a_terminal(tmp_path: Path) -> None:
    """No line is longer than its width; the whole is elsewhere, and the text says where."""
    report = sample(contract(tmp_path))
    text = as_text(report, width=200)
    assert max(map(len, text.splitlines())) == 200
    assert "characters; --output FILE has them all)" in text
    assert "z" * 300 in as_text(report)
    assert "\x1b" not in text
    assert "not implemented: 1 operation (dropPet)" in text
    assert "more lines: --verbose shows all)" in text


def test_text_names_the_rules_of_one_cause() -> None:
    """A few of them, and how many there are."""
    report = report_of("addPet")
    (first,) = report.findings
    report.findings += [replace(first, rule=f"rule-{number}") for number in range(8)]
    text = as_text(report)
    assert text.count("repeat it with:") == 1
    assert (
        "8 other rules broken by the same: rule-0, rule-1, rule-2, rule-3, rule-4 and 3 more"
        in text
    )
