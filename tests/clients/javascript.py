"""How the tests run the vendors' JavaScript clients: in Node, from JSON to JSON."""

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
    """What Node prints when it is run among the installed clients; it must not fail."""
    done = subprocess.run(
        ["node", *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=env,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def tell(script: str, story: str, origin: str) -> Any:
    """What one of a script's stories comes to, told to the server at `origin`."""
    return json.loads(node(script, story, origin))
