"""What state costs: memory over many requests, a large store, and the journal."""

from __future__ import annotations

from statistics import median

from benchmarks.commands import FEW, MANY, SERVE, server
from benchmarks.load import LoadResult, alternate, load, medians
from benchmarks.processes import running, running_with_sessions
from benchmarks.result import Limit, Result, at_least, at_most
from benchmarks.settings import Settings

#: The loads of bench.lua whose cost must not depend on the size of the store, and their titles.
_LOADS = {
    "get": "GET session",
    "finish": "POST end",
    "list": "GET sessions-ordered",
    "memory": "POST memory",
}


def growth(settings: Settings) -> Result:
    """Measure how memory grows over requests that store nothing, once the journal is full."""
    total = 1_000_000 if settings.long else 100_000
    with running_with_sessions(SERVE) as process:
        load(process, "get", 2)
        before, sent = process.resident_memory(), 0
        while sent < total:
            sent += load(process, "get", 2).requests
        grown = process.resident_memory() - before
    print(f"\nmemory grew by {grown:.2f} MB over {sent} requests, from {before:.1f} MB")
    return Result([at_most("growth of memory", grown, 1, " MB")])


def scale(settings: Settings) -> Result:
    """Measure CPU a request with few and with many sessions in the store."""
    runs: dict[tuple[str, int], list[LoadResult]]
    runs = {(name, size): [] for name in _LOADS for size in (FEW, MANY)}
    few_sessions, many_sessions = (server("ours", sessions=size) for size in (FEW, MANY))
    with running(few_sessions) as few, running(many_sessions) as many:
        processes = {FEW: few, MANY: many}
        for process in processes.values():
            load(process, "mix", 1)
        for number in range(settings.rounds):
            for name in alternate(_LOADS, number):
                for size, process in processes.items():
                    seconds = max(1, settings.seconds // 2)
                    runs[name, size].append(load(process, name, seconds, size // FEW))
    return Result(_scale_limits(runs))


def _scale_limits(runs: dict[tuple[str, int], list[LoadResult]]) -> list[Limit]:
    """Print CPU a request for each load and size; return the limits on their ratios."""
    failures = sum(result.failures for results in runs.values() for result in results)
    limits = [Limit("no failed requests with few or many sessions", not failures)]
    print(f"\n{'CPU us a request':24}{FEW:>10}{MANY:>10}{'ratio':>8}")
    for name, title in _LOADS.items():
        few, many = (median(run.cpu for run in runs[name, size]) for size in (FEW, MANY))
        print(f"{title:24}{few:10.1f}{many:10.1f}{many / few:8.2f}")
        limits.append(at_most(f"{title}, CPU with {MANY} / {FEW} sessions", many / few, 1.2))
    return limits


def journal(settings: Settings) -> Result:
    """Measure what the journal costs, with the search for fault rules, of which there are none."""
    runs: dict[str, list[LoadResult]] = {"ours": [], "no-journal": []}
    for number in range(settings.rounds):
        for name in alternate(runs, number):
            with running(server(name)) as process:
                load(process, "mix", 1)
                runs[name].append(load(process, "mix", settings.seconds))
    with_journal, without = (medians(runs[name]).cpu for name in ("ours", "no-journal"))
    print(f"\nCPU us a request: {with_journal:.1f}, without the journal {without:.1f}")
    ratio = without / with_journal
    return Result([at_least("CPU without the journal / CPU with it", ratio, 0.95)])
