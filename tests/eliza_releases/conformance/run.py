"""`understudy check` of a portion, on a server that is started for it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.eliza_releases.conformance.portions import Portion
from tests.eliza_releases.servers import ReleasedServer, released
from tests.support.server import ROOT, UNDERSTUDY

#: Seconds for a portion; the rate limit of a server could make a check wait for minutes.
_TIMEOUT = 240

#: A report of `understudy check --format json`.
CheckReport = dict[str, Any]


def check(release: str, persona: str | None, portion: Portion) -> CheckReport:
    """Return the report on a portion; one with an error if the check was not completed."""
    with released(release) as server, tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "report.json")
        command = [*_command(server, portion), "--format", "json", "--output", str(path)]
        command += ["--persona", persona] if persona else []
        try:
            subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            return _failed(portion, f"the check took more than {_TIMEOUT} s")
        if not path.exists():
            return _failed(portion, "the check wrote no report")
        report: CheckReport = json.loads(path.read_text())
        return report


def _command(server: ReleasedServer, portion: Portion) -> list[str]:
    url, clock = str(server.client.base_url), f"{server.clock_url}/?offsetMs={{ms}}"
    options = ["--api", "eliza", "--tier", portion.tier, "--clock", clock, *portion.options]
    return [*UNDERSTUDY, "check", url, *options]


def _failed(portion: Portion, reason: str) -> CheckReport:
    """Return an empty report with an error."""
    error = f"{portion.tier} {' '.join(portion.options)}: {reason}"
    return {"findings": [], "rules": [], "requests": 0, "errors": [error]}
