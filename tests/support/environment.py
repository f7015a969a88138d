"""The environment of programs that tests start."""

from __future__ import annotations

import os


def unmeasured(**variables: str) -> dict[str, str]:
    """Return the environment for a Python program that is not ours, with these variables added.

    In a run with coverage, the variable that is left out would make Python count the lines of that
    program too, which takes it twice the time.
    """
    inherited = {n: value for n, value in os.environ.items() if n != "COVERAGE_PROCESS_CONFIG"}
    return inherited | variables
