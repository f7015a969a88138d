"""Load on a server by wrk: one thread, 16 connections if nothing else is said."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.processes import ServerProcess

_SCRIPT = Path(__file__).with_name("bench.lua")


class LoadResult(NamedTuple):
    """The figures of one run of wrk, or the medians of several; times in microseconds."""

    requests: int
    #: Requests a second.
    rate: float
    #: CPU time of the server for a request.
    cpu: float
    p50: float
    p99: float
    failures: int


def load(
    server: ServerProcess, name: str, seconds: int, step: int = 1, connections: int = 16
) -> LoadResult:
    """Send a load of bench.lua to the sessions 0, `step`, 2 * `step`, ... for some seconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT), server.url]
    cpu_before = server.cpu_time()
    wrk = subprocess.run(
        [*command, "--", name, str(step)], capture_output=True, text=True, check=True
    )
    cpu = server.cpu_time() - cpu_before
    line = next(line for line in wrk.stdout.splitlines() if line.startswith("RESULT"))
    requests, duration, p50, p99, failures = (float(word) for word in line.split()[1:])
    rate = requests / duration * 1e6
    return LoadResult(int(requests), rate, cpu / requests, p50, p99, int(failures))


def medians(results: Iterable[LoadResult]) -> LoadResult:
    """Return the median of each figure, and the sums of requests and failures."""
    requests, rate, cpu, p50, p99, failures = zip(*results, strict=True)
    return LoadResult(
        sum(requests), median(rate), median(cpu), median(p50), median(p99), sum(failures)
    )


def alternate(names: Iterable[str], number: int) -> list[str]:
    """Return the names in the order of a round: forward in even rounds, backward in odd ones."""
    return list(names) if number % 2 == 0 else list(names)[::-1]
