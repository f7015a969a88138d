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
    """Measure no coverage in this process until the block ends.

    A process of pytest-xdist has several measurements, one upon the other: if only the last one
    stops, as for the marker `no_cover`, the one below goes on.
    """
    stopped = []
    while (coverage := Coverage.current()) is not None:
        coverage.stop()
        stopped.append(coverage)
    try:
        yield
    finally:
        for coverage in reversed(stopped):
            coverage.start()
