"""One `understudy check`, on a server that is started for it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.eliza_releases.servers import ReleasedServer, released
from tests.support.server import ROOT, UNDERSTUDY

TIERS = ("behaviour", "shape", "exploration")

#: A report of `understudy check --format json`.
CheckReport = dict[str, Any]


def check(
    release: str, persona: str | None, tiers: Sequence[str], options: Sequence[str], timeout: int
) -> CheckReport:
    """Return the report; one with an error if the check was not completed."""
    with released(release) as server, tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "report.json")
        command = [*_command(server, tiers), *options, "--format", "json", "--output", str(path)]
        command += ["--persona", persona] if persona else []
        try:
            # Its progress is for the terminal, and so is what it says where it cannot begin.
            subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=timeout)
        except subprocess.TimeoutExpired:
            return _failed(options, f"the check took more than {timeout} s")
        if not path.exists():
            return _failed(options, "the check wrote no report; its error is above")
        report: CheckReport = json.loads(path.read_text())
        return report


def _command(server: ReleasedServer, tiers: Sequence[str]) -> list[str]:
    url, clock = str(server.client.base_url), f"{server.clock_url}/?offsetMs={{ms}}"
    chosen = [word for tier in tiers for word in ("--tier", tier)]
    return [*UNDERSTUDY, "check", url, "--api", "eliza", "--clock", clock, *chosen]


def _failed(options: Sequence[str], reason: str) -> CheckReport:
    """Return an empty report with an error."""
    nothing: CheckReport = {name: [] for name in ("findings", "rules", "shaped", "not_implemented")}
    return {**nothing, "requests": 0, "errors": [f"{' '.join(options)}: {reason}"]}
