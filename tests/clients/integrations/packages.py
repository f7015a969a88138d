"""Programs with the vendor's packages, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.sdk import HERE as CLIENTS
from tests.support.coverage import unmeasured
from tests.support.timeouts import PROGRAM_TIMEOUT


def run_program(name: str, packages: tuple[str, ...], *arguments: str) -> Any:
    """Run a program of this directory with packages that scripts/python-clients installs.

    Returns the JSON that it prints.
    """
    paths = [CLIENTS / "python" / package / "site-packages" for package in packages]
    for path in paths:
        if not path.is_dir():
            pytest.skip(
                f"no {path.parent.name} in tests/clients/python: run scripts/python-clients"
            )
    process = subprocess.run(
        [sys.executable, "-P", Path(__file__).parent / name, *arguments],
        env=unmeasured(PYTHONPATH=os.pathsep.join(map(str, paths))),
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)
