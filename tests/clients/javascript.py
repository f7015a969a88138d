"""Programs with the vendors' JavaScript clients, run in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.timeouts import PROGRAM_TIMEOUT

CLIENTS = Path(__file__).parent

_READY = shutil.which("node") is not None and (CLIENTS / "node_modules").is_dir()

needs_javascript = pytest.mark.skipif(
    not _READY, reason="no node, or no node_modules in tests/clients: run scripts/clients"
)


def node(
    *arguments: str,
    cwd: Path = CLIENTS,
    text: str | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run Node where the clients are installed, and return its output; it must not fail."""
    process = subprocess.run(
        ["node", *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=env,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def run_scenario(script: str, scenario: str, origin: str) -> Any:
    """Run a script's scenario against the server at `origin`, and return its result."""
    return json.loads(node(script, scenario, origin))
