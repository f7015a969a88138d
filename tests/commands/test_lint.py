"""`understudy lint`: what it lists, and its exit codes."""

from __future__ import annotations

from pathlib import Path

from tests.support.documents import PETSTORE
from tests.support.server import run


def project(directory: Path) -> Path:
    """Return a project of one document."""
    (directory / "specs").mkdir()
    (directory / "specs" / "pets.yaml").write_text(PETSTORE)
    return directory


def test_lint_lists_problems(tmp_path: Path) -> None:
    """A line for each problem, as far as its severity is shown; code 1 only for an error."""
    directory = project(tmp_path)
    process = run("lint", str(directory), "--severity", "hint")
    assert process.returncode == 0
    lines = process.stdout.splitlines()
    place = "#/paths/~1pets~1{petId}/get"
    path = tmp_path / "specs" / "pets.yaml"
    assert f"{path}:5: hint: {place}: has no summary" in lines
    no_example = "the parameter 'petId' has no example"
    assert any(line.endswith(f"hint: {place}/parameters/0: {no_example}") for line in lines)
    hints = len(lines) - 1
    assert lines[-1] == f"no errors, no warnings, {hints} hints"
    total = f"no errors, no warnings, {hints} hints (--severity hint shows them)\n"
    assert run("lint", str(directory)).stdout == total
    path.write_text(path.read_text().replace("responses:", "response:"))
    assert run("lint", str(directory), "--severity", "error").returncode == 1
    clean = run("lint")
    assert (clean.returncode, clean.stdout) == (0, "no errors, no warnings, no hints\n")


def test_lint_finds_a_broken_changelog(tmp_path: Path) -> None:
    """It would be a page that cannot be shown."""
    directory = project(tmp_path)
    (tmp_path / "specs" / "pets.changes.yaml").write_text("changes")
    process = run("lint", str(directory))
    assert process.returncode == 1
    assert "pets.changes.yaml is not a changelog" in process.stdout
