"""Schemathesis's own command line, as the README has it: all phases, all checks."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from support import ROOT

DOCUMENTS = {"zep": "/api/v2", "eliza": "", "control": "/_understudy"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemathesis_finds_nothing(origin: str, name: str) -> None:
    """Its exit code is 0, and it tried hundreds of requests."""
    path = "understudy/control.yaml" if name == "control" else f"specs/{name}.yaml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", path),
            *("--url", origin + DOCUMENTS[name], "-c", "all", "-n", "5", "--seed", "1"),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    tried = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert tried
    assert int(tried[2]) >= 100
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"{phase}" in done.stdout
