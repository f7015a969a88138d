"""The memory that a session and a message take, measured in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.commands import ROOT
from benchmarks.result import Result, at_most
from benchmarks.settings import Settings

#: The most kilobytes for each kind of `benchmarks.memory.growth`.
_LIMITS = {"Zep session": 1.5, "Zep message": 2.0, "Eliza session": 2.5}


def memory(_: Settings) -> Result:
    """Measure how memory grows with each session and message; also where every list is used."""
    plain, listed = _measure(), _measure("listed")
    print(f"\n{'kB in memory':24}{'kept':>10}{'listed':>10}")
    for kind in _LIMITS:
        print(f"{kind:24}{plain[kind]:10.2f}{listed[kind]:10.2f}")
    return Result([at_most(kind, plain[kind], most, " kB") for kind, most in _LIMITS.items()])


def _measure(*arguments: str) -> dict[str, float]:
    """Return the kilobytes of each kind, from a new process."""
    command = [sys.executable, "-m", "benchmarks.memory.growth", *arguments]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    grown: dict[str, float] = json.loads(output)
    return grown
