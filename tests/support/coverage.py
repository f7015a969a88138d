"""What tests run without coverage: code that is not ours, which takes twice the time with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


def unmeasured(**variables: str) -> dict[str, str]:
    """Return the environment for a program whose coverage is not measured, with these variables
    added."""
    inherited = {n: value for n, value in os.environ.items() if n != "COVERAGE_PROCESS_CONFIG"}
    return inherited | variables


@contextmanager
def without_coverage() -> Iterator[None]:
    """Measure no coverage in this process until the block ends."""
    coverage = Coverage.current()
    if coverage is None:
        yield
        return
    coverage.stop()
    try:
        yield
    finally:
        coverage.start()
