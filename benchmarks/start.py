"""The time to the first valid answer, and the memory at that moment."""

from __future__ import annotations

import time
from statistics import median
from typing import NamedTuple

from benchmarks.commands import SERVE, ServerCommand
from benchmarks.load import alternate
from benchmarks.processes import running
from benchmarks.result import Comparison, Result, at_most
from benchmarks.settings import Settings


class StartResult(NamedTuple):
    """Seconds from the start of the process to its first valid answer, and megabytes then."""

    seconds: float
    memory: float


def start(settings: Settings) -> Result:
    """Start `understudy serve` of each checkout, in turns; a first start of each, which may
    compile and fill caches, does not count."""
    commands = {"ours": SERVE}
    if settings.against:
        commands["theirs"] = settings.against.serve()
    runs: dict[str, list[StartResult]] = {name: [] for name in commands}
    for command in commands.values():
        _measure(command)
    for number in range(settings.rounds):
        for name in alternate(commands, number):
            runs[name].append(_measure(commands[name]))
    results = {name: _medians(taken) for name, taken in runs.items()}
    for name, result in results.items():
        print(
            f"\n{commands[name].title}: first valid answer after {result.seconds:.3f} s,"
            f" resident memory {result.memory:.1f} MB"
        )
    return _result(results)


def _measure(command: ServerCommand) -> StartResult:
    """Start a server once. Raises SystemExit if its first answer is not valid."""
    began = time.perf_counter()
    with running(command) as server:
        status = server.get("/api/agents")
        seconds = time.perf_counter() - began
        if status != 200:
            raise SystemExit(f"bench: {command.title} answered GET /api/agents with {status}")
        return StartResult(seconds, server.resident_memory())


def _medians(results: list[StartResult]) -> StartResult:
    seconds, memory = zip(*results, strict=True)
    return StartResult(median(seconds), median(memory))


def _result(results: dict[str, StartResult]) -> Result:
    """Return our limits, and our figures beside those of the other checkout."""
    ours, theirs = results["ours"], results.get("theirs")
    limits = [
        at_most("start", ours.seconds, 0.45, " s"),
        at_most("memory at start", ours.memory, 85, " MB"),
    ]
    if theirs is None:
        return Result(limits)
    comparisons = [
        Comparison("start s", ours.seconds, theirs.seconds),
        Comparison("memory at start MB", ours.memory, theirs.memory),
    ]
    return Result(limits, comparisons)
