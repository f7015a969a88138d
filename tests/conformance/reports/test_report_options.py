"""Options of the report: several formats in one run, and how much a terminal gets."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.conformance.reports.sample import contract
from understudy.cli import main

#: The name of a pet, which is longer than a line of a terminal.
NAME = "rex" * 100


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A recording that breaks a contract, and the command line that checks it."""
    monkeypatch.chdir(tmp_path)
    contract(tmp_path)
    part = tmp_path / "parts" / "pet.yaml"
    schema = json.dumps({"type": "object", "required": ["age", "kind"]})
    body = f'{{"200": {{description: there, content: {{application/json: {{schema: {schema}}}}}}}}}'
    part.write_text(part.read_text().replace('{"200": {description: there}}', body))
    headers = [{"name": "Content-Type", "value": "application/json"}]
    response = {"status": 200, "headers": headers, "content": {"text": "{}"}}
    request = {"method": "GET", "url": f"http://x/pets/{NAME}", "headers": []}
    entry = {"startedDateTime": "2026-01-01T00:00:00Z", "request": request, "response": response}
    (tmp_path / "it.har").write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    return ["check", "--traffic", "it.har", "--api", "shop.yaml"]


def test_report_is_written_in_several_formats(
    recording: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One run, a file for each; the text is printed too, and is whole in a file."""
    files = ["junit=a.xml", "sarif=a.sarif", "text=a.txt", "badge=a.svg"]
    options = [word for file in files for word in ("--report", file)]
    assert main([*recording, *options, "--output", "a.json", "--format", "json"]) == 1
    printed = capsys.readouterr().out
    assert "getPet breaks response_schema_conformance" in printed
    (run,) = json.loads(Path("a.sarif").read_text())["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "parts/pet.yaml"
    assert len(json.loads(Path("a.json").read_text())["findings"]) == len(run["results"])
    assert Path("a.xml").read_text().count("<failure") == 1
    assert Path("a.svg").read_text().startswith("<svg")
    assert Path("a.txt").read_text().count("repeat it with:") == len(run["results"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--report", "pdf=a"], "'pdf=a' does not look like FORMAT=FILE, with a format of text, "),
        (["--report", "junit=no/a.xml"], "the directory no does not exist"),
        (["--report", "junit=a", "--report", "sarif=a"], "two reports cannot both be a"),
    ],
)
def test_report_files_that_are_wrong_are_refused(
    recording: list[str], capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    """Before the run, with one sentence, and nothing is written."""
    assert main([*recording, *options]) == 2
    assert message in capsys.readouterr().err
    assert not Path("a").exists()


def test_terminal_gets_short_lines(
    recording: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that reads the output gets the whole ones."""
    assert main(recording) == 1
    assert NAME in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main(recording) == 1
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 200
