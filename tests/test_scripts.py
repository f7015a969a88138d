"""The programs behind `scripts/`: they start, and their results are read correctly."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load import LoadResult, alternate, medians
from benchmarks.result import Comparison, at_least, at_most
from tests.support.server import ROOT

#: The scripts that run a Python program, and how they run it.
PROGRAMS = {
    "bench": ("-m", "benchmarks"),
    "soak": ("-m", "benchmarks.soak"),
    "peers": ("-m", "benchmarks.peers"),
    "compare-eliza": ("-m", "tests.eliza_releases.parity"),
    "check-eliza": ("-m", "tests.eliza_releases.conformance"),
    "mutants": ("-m", "tests.mutants"),
    "histories": ("-m", "tests.support.histories"),
    "revise": (str(ROOT / "scripts" / "revise.py"),),
    "vendor": (str(ROOT / "scripts" / "vendor.py"),),
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the repository."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("name", "words"), PROGRAMS.items())
def test_program_explains_itself(name: str, words: tuple[str, ...]) -> None:
    """`--help` names the script that a user runs, which exists."""
    help_ = run(*words, "--help")
    assert help_.returncode == 0, help_.stderr
    assert help_.stdout.startswith(f"usage: scripts/{name} ")
    assert (ROOT / "scripts" / name).is_file()


def test_lowest_runs_tests_that_exist() -> None:
    """The script is one that bash can read, and each place that it names is there."""
    script = ROOT / "scripts" / "lowest"
    subprocess.run(["bash", "-n", script], check=True)
    places = re.findall(r"(?<= )tests/\S+", script.read_text())
    assert [place for place in places if not (ROOT / place).exists()] == []
    assert len(places) == 8


def test_bench_needs_environment_of_other_checkout(tmp_path: Path) -> None:
    """`--against` of a directory without .venv says what to run there."""
    bench = run("-m", "benchmarks", "--against", str(tmp_path))
    assert bench.returncode == 2
    assert f"run `scripts/environment test` in {tmp_path} first" in bench.stderr


def test_medians_ignore_one_bad_round() -> None:
    """Each figure is the median of the rounds; requests and failures are sums."""
    results = [
        LoadResult(100, 50.0, 10.0, 1.0, 2.0, 0),
        LoadResult(10, 5.0, 90.0, 9.0, 99.0, 1),
        LoadResult(110, 55.0, 11.0, 1.5, 3.0, 0),
    ]
    assert medians(results) == LoadResult(220, 50.0, 11.0, 1.5, 3.0, 1)


def test_rounds_alternate_their_order() -> None:
    """No server always follows the same one."""
    assert alternate(("ours", "theirs", "stock"), 0) == ["ours", "theirs", "stock"]
    assert alternate(("ours", "theirs", "stock"), 1) == ["stock", "theirs", "ours"]


def test_limits_include_their_bound() -> None:
    """A figure that equals its limit passes."""
    assert at_most("start", 0.4, 0.4, " s").passed
    assert not at_most("start", 0.41, 0.4, " s").passed
    assert at_least("throughput", 1.05, 1.05).passed
    assert not at_least("throughput", 1.04, 1.05).passed
    assert at_most("start", 0.4, 0.4, " s").text == "start <= 0.4 s: 0.40 s"
    assert Comparison("p99 ms", 3.0, 2.0).ratio == 1.5
