"""The formats for programs, read as their consumers read them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.conformance.reports.sample import HOSTILE, contract, sample
from tests.support.server import ROOT
from understudy.conformance.reports.formats import FORMATS
from understudy.conformance.reports.formats.github import as_job_summary
from understudy.conformance.reports.report import Report

#: The programs of npm that read reports; `scripts/clients` installs them.
MODULES = ROOT / "tests/clients/node_modules"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report with something of each kind, on a document in the current directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return sample(contract(tmp_path))


def test_junit_counts_its_cases(report: Report, tmp_path: Path) -> None:
    """By a parser that CI tools use: each case has one outcome, and the totals are theirs."""
    junitparser = pytest.importorskip("junitparser", reason="no junitparser: run scripts/test")
    (tmp_path / "it.xml").write_text(FORMATS["junit"](report))
    (suite,) = junitparser.JUnitXml.fromfile(str(tmp_path / "it.xml"))
    outcomes = {case.name: [type(each).__name__ for each in case.result] for case in suite}
    assert outcomes == {
        "shape of getPet": ["Failure"],
        "shape of listPets": ["Failure"],
        "exploration of listPets": ["Skipped"],
        "client of getPet": ["Skipped"],
        "a-rule": ["Failure"],
        "b-rule": [],
        "c-rule": ["Skipped"],
        "d-rule": ["Skipped"],
        "not implemented": ["Skipped"],
        "the check": ["Error"],
    }
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (10, 3, 1, 5)
    names = [(case.classname, case.name) for case in suite]
    assert len(names) == len(set(names))


def test_sarif_points_into_the_documents(report: Report) -> None:
    """Each result is at its operation, in the file that has it; each rule has a help."""
    (run,) = json.loads(FORMATS["sarif"](report))["runs"]
    places = {
        (place["logicalLocations"][0]["name"], physical["artifactLocation"]["uri"], line)
        for result in run["results"]
        for place in result["locations"]
        for physical in [place["physicalLocation"]]
        for line in [physical["region"]["startLine"]]
    }
    assert places == {("listPets", "shop.yaml", 6), ("getPet", "parts/pet.yaml", 3)}
    rules = {rule["id"]: rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert "declare what is sent" in rules["response_schema_conformance"]
    assert "The basis of this rule: documented" in rules["a-rule"]
    assert [result["level"] for result in run["results"]] == ["error"] * 3 + ["note"] * 2
    keys = [tuple(result["partialFingerprints"].values()) for result in run["results"]]
    assert len(set(keys)) == len(keys)


def test_sarif_is_valid(report: Report, tmp_path: Path) -> None:
    """By the format's schema, and by Microsoft's validator with GitHub's rules, which misses one
    thing: an address of the tool, which has none yet."""
    validator = MODULES / "@microsoft/sarif-multitool-linux"
    if not validator.is_dir():
        pytest.skip("no sarif-multitool: run scripts/clients")
    text = FORMATS["sarif"](report)
    jsonschema.validate(json.loads(text), json.loads((validator / "sarif-2.1.0.json").read_text()))
    (tmp_path / "it.sarif").write_text(text)
    program = validator / "Sarif.Multitool"
    program.chmod(0o755)  # its script for that is not run
    command = [str(program), "validate", "it.sarif", "--rule-kind", "Sarif;Ghas"]
    completed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = re.findall(r": (error|warning) (\w+)", completed.stdout)
    assert found == [("warning", "SARIF2005")], completed.stdout + completed.stderr


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Return the command, properties and data of a line, as GitHub's runner reads it."""
    match = re.fullmatch(r"::([a-z]+) ([^:]*)::(.*)", line)
    assert match is not None, line
    pairs = [pair.partition("=")[::2] for pair in match[2].split(",")]
    return match[1], {name: _unescaped(value) for name, value in pairs}, _unescaped(match[3])


def _unescaped(text: str) -> str:
    for number in ("0D", "0A", "3A", "2C", "25"):  # the runner ends with %25, too
        text = text.replace(f"%{number}", chr(int(number, 16)))
    return text


def test_github_gets_ten_annotations(report: Report, tmp_path: Path) -> None:
    """Errors first, one for each cause, with the file and line; the last one counts the others."""
    commands = list(map(read_command, FORMATS["github"](report).splitlines()))
    assert [level for level, *_ in commands] == ["error"] * 4 + ["warning"] + ["notice"] * 2
    assert commands[1][2] == HOSTILE
    _, properties, message = commands[2]
    assert properties == {
        "file": "parts/pet.yaml",
        "line": "3",
        "title": "getPet breaks response_schema_conformance",
    }
    assert message.endswith("The same in listPets")
    (tmp_path / "many").mkdir()
    many = list(
        map(read_command, FORMATS["github"](sample(contract(tmp_path / "many"), 20)).splitlines())
    )
    assert len(many) == 10
    assert many[-1][1] == {"title": "and 17 more"}


def test_github_summary_is_html_without_blank_lines(tmp_path: Path) -> None:
    """A blank line would end the HTML; GitHub shows none of more than 1 MiB."""
    text = as_job_summary(sample(contract(tmp_path), 3_000))
    assert "\n\n" not in text
    assert "<script>" not in text
    assert "and 2501 more" in text
    assert len(text.encode()) < 1_000_000


def test_badge_says_the_worst(report: Report) -> None:
    """An SVG: findings, else that it is kept, and of how many operations."""
    assert badge_of(report) == "shop contract: 3 findings"
    report.findings.clear()
    assert badge_of(report) == "shop contract: not judged"
    report.errors.clear()
    assert badge_of(report) == "shop contract: kept, 2 of 3 operations"
    report.api = HOSTILE
    assert "<script>alert(1)</script>" in badge_of(report)


def badge_of(report: Report) -> str:
    """Return what a badge says to a screen reader, which is also its title."""
    image = ElementTree.fromstring(FORMATS["badge"](report))  # noqa: S314 (our own)
    (title,) = image.findall("{http://www.w3.org/2000/svg}title")
    assert title.text == image.get("aria-label")
    return str(title.text)


def test_html_is_valid(report: Report, tmp_path: Path) -> None:
    """By html-validate and its recommended rules."""
    program = MODULES / ".bin/html-validate"
    if shutil.which("node") is None or not program.is_file():
        pytest.skip("no html-validate: run scripts/clients")
    (tmp_path / "it.html").write_text(FORMATS["html"](report))
    (tmp_path / "rules.json").write_text('{"extends": ["html-validate:recommended"], "root": true}')
    command = ["node", str(program), "--config", str(tmp_path / "rules.json"), "it.html"]
    completed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (completed.returncode, completed.stdout + completed.stderr) == (0, "")
