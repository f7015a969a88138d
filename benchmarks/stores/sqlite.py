"""Throughput with the state in an SQLite file beside that in memory, and a file with a million
sessions."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.commands import SERVE, ServerCommand
from benchmarks.load import LoadResult, alternate, load, medians
from benchmarks.processes import running, running_with_sessions
from benchmarks.result import Limit, Result, at_least, at_most
from benchmarks.settings import Settings
from benchmarks.stores.large_file import fill

_MILLION = 1_000_000


def sqlite(settings: Settings) -> Result:
    """Compare the file with memory, in turns; then measure a worker on a large file."""
    with tempfile.TemporaryDirectory() as directory:
        result = _throughput(settings, Path(directory))
        result.add(_large_file(Path(directory, "large.db")))
    return result


def _on_file(path: Path) -> ServerCommand:
    """Return the command of a server whose state is in a file."""
    return replace(SERVE, arguments=(*SERVE.arguments, "--store", f"sqlite:///{path}"))


def _throughput(settings: Settings, directory: Path) -> Result:
    """Measure the mix with the state in memory and in new files."""
    runs: dict[str, list[LoadResult]] = {"memory": [], "sqlite": []}
    for number in range(settings.rounds):
        commands = {"memory": SERVE, "sqlite": _on_file(directory / f"{number}.db")}
        for name in alternate(runs, number):
            with running_with_sessions(commands[name]) as process:
                load(process, "mix", 1)
                runs[name].append(load(process, "mix", settings.seconds))
    memory, file = medians(runs["memory"]), medians(runs["sqlite"])
    print(f"\nrequests a second: {memory.rate:.0f} in memory, {file.rate:.0f} in SQLite")
    print(f"CPU us a request: {memory.cpu:.1f} in memory, {file.cpu:.1f} in SQLite")
    print(f"p99 ms: {memory.p99 / 1000:.1f} in memory, {file.p99 / 1000:.1f} in SQLite")
    return Result(
        [
            at_most("failed requests in memory and SQLite", memory.failures + file.failures, 0),
            at_least("throughput with SQLite / in memory", file.rate / memory.rate, 0.35),
        ]
    )


def _large_file(path: Path) -> Result:
    """Measure the start of a worker on a file with a million sessions, and its memory."""
    command = _on_file(path)
    with running_with_sessions(command):
        pass  # what the file has now is copied
    began = time.perf_counter()
    fill(path, _MILLION)
    seconds, size = time.perf_counter() - began, path.stat().st_size / 1_000_000
    print(f"\nfilled a file of {size:.0f} MB with {_MILLION} sessions in {seconds:.0f} s")
    began = time.perf_counter()
    with running(command) as process:
        status = process.get(f"/api/v2/sessions/session-{_MILLION - 1}")
        seconds = time.perf_counter() - began
        mix = load(process, "mix", 5, step=_MILLION // 100)
        memory = process.resident_memory()
    print(f"first valid answer after {seconds:.2f} s; {mix.rate:.0f} requests a second")
    return Result(
        [
            Limit("the last of a million sessions is answered", status == 200),
            at_most("failed requests with a million sessions", mix.failures, 0),
            at_most("start with a million sessions", seconds, 1, " s"),
            at_most("memory with a million sessions", memory, 150, " MB"),
        ]
    )
