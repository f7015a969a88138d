"""Schemathesis's own command line, as docs/ has it: all phases, all checks.

It makes few requests of each kind; scripts/fuzz makes many. Zep v4 is the largest document: it gets
the fewest, and the operations that answer from examples are left to scripts/fuzz too.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import httpx
import pytest
from schemathesis.core.failures import ServerError

from tests.fuzz.eliza_release import filter_failure
from tests.support.coverage import unmeasured
from tests.support.server import ROOT
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT

#: Runs: a document, its base path, and the personas of the server. Eliza's other persona is checked
#: by our own command, in tests/conformance/.
RUNS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("specs/zep.yaml", "/api/v2", {}),
    ("specs/zep4.yaml", "/api/v4", {}),
    ("specs/eliza.yaml", "", {"eliza": "1.7"}),
    ("understudy/control/openapi.yaml", "/_understudy", {}),
)

#: What runs Schemathesis, where its command line alone does not. Persona 1.7 of Eliza does what its
#: released server does, against the document here and there.
RUNNERS = {"specs/eliza.yaml": ("-m", "tests.fuzz.eliza_release", "schemathesis.cli")}

#: Tags without state.
EXAMPLES = (
    *("user_groups", "agents", "agent_skills", "agent_traces", "agent_trace_imports"),
    *("agent_verifiers", "trace_connections", "graph_query"),
)


@pytest.mark.parametrize(("path", "base", "personas"), RUNS)
def test_schemathesis_finds_nothing(
    http: httpx.Client, origin: str, path: str, base: str, personas: dict[str, str]
) -> None:
    """Its exit code is 0, and it tried hundreds of requests; see `RUNNERS`."""
    http.patch("/_understudy/settings", json={"personas": personas}).raise_for_status()
    left_out, number = (EXAMPLES, "1") if path == "specs/zep4.yaml" else ((), "2")
    process = subprocess.run(
        [
            *(sys.executable, *RUNNERS.get(path, ("-m", "schemathesis.cli")), "run", path),
            *("--url", origin + base, "-c", "all", "-n", number, "--seed", "1"),
            # Neither the machine's speed nor the findings of earlier runs may matter.
            *("--request-timeout", str(TIMEOUT), "--suppress-health-check", "too_slow"),
            *("--generation-database", "none"),
            *(option for tag in left_out for option in ("--exclude-tag", tag)),
        ],
        capture_output=True,
        text=True,
        env=unmeasured(),
        cwd=ROOT,
        check=False,
        timeout=PROGRAM_TIMEOUT,
    )
    assert process.returncode == 0, process.stdout[-3000:]
    match = re.search(r"(\d+) generated, (\d+) passed", process.stdout)
    assert match
    assert int(match[2]) >= 100
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"{phase}" in process.stdout


@pytest.mark.parametrize(
    ("status", "error", "counts"),
    [
        (500, {"code": 500, "message": "Failed to decode param '%'"}, False),
        (500, "Failed to update channel", False),
        (500, "internal server error", True),
        (500, {"code": "INTERNAL_SERVER_ERROR", "message": "internal server error"}, True),
        (502, {"code": 500, "message": "Failed to decode param '%'"}, True),
    ],
)
def test_only_the_releases_own_server_errors_are_left_out(
    status: int, error: Any, counts: bool
) -> None:
    """An internal error of the stand-in counts, in whatever shape an operation has it."""
    response = httpx.Response(status, json={"success": False, "error": error})
    failure = ServerError(operation="GET /", status_code=status)
    assert filter_failure(None, failure, None, response) is counts
