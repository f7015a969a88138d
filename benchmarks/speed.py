"""Throughput, CPU and latency of the mix of requests, beside other servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.commands import SERVE, ServerCommand, server
from benchmarks.load import LoadResult, alternate, load, medians
from benchmarks.processes import ServerProcess, running, running_with_sessions
from benchmarks.result import Comparison, Limit, Result, at_least, at_most
from benchmarks.settings import Settings

_HEADS = ("req/s", "ours", "CPU us", "ours", "p50 ms", "p99 ms", "failed")


def speed(settings: Settings) -> Result:
    """Load each server with the mix, in turns. Servers are started afresh in each round, so that
    the sessions which a faster one stores do not slow it down."""
    commands = _commands(settings)
    runs: dict[str, list[LoadResult]] = {name: [] for name in commands}
    for number in range(settings.rounds):
        for name in alternate(commands, number):
            with _started(commands[name]) as process:
                load(process, "mix", 1)
                runs[name].append(load(process, "mix", settings.seconds))
    results = {name: medians(taken) for name, taken in runs.items()}
    _print(commands, results)
    return Result(_limits(results, settings), _comparisons(results))


def _commands(settings: Settings) -> dict[str, ServerCommand]:
    """Return the servers to compare, by name."""
    theirs = {"theirs": settings.against.serve()} if settings.against else {}
    return {
        "ours": SERVE,
        **theirs,
        "starlette": server("starlette", "Starlette, our GC settings"),
        "starlette-default-gc": server("starlette-default-gc", "Starlette, Python's GC settings"),
        "stock": server("stock", "stock Connexion (AsyncApp)"),
    }


@contextmanager
def _started(command: ServerCommand) -> Iterator[ServerProcess]:
    """Run a server with sessions: `understudy serve` gets them over HTTP, the others make them."""
    run = running_with_sessions if "understudy" in command.arguments else running
    with run(command) as process:
        yield process


def _print(commands: Mapping[str, ServerCommand], results: Mapping[str, LoadResult]) -> None:
    """Print a row for each server; the columns "ours" hold our figure divided by its figure."""
    ours = results["ours"]
    print(f"\n{'server':34}" + "".join(f"{head:>8}" for head in _HEADS))
    for name, result in results.items():
        print(
            f"{commands[name].title:34}{result.rate:8.0f}{ours.rate / result.rate:7.2f}x"
            f"{result.cpu:8.1f}{ours.cpu / result.cpu:7.2f}x"
            f"{result.p50 / 1000:8.2f}{result.p99 / 1000:8.2f}{result.failures:8}"
        )


def _limits(results: Mapping[str, LoadResult], settings: Settings) -> list[Limit]:
    """Return the limits on our figures."""
    ours = results["ours"]
    rates = {name: ours.rate / result.rate for name, result in results.items()}
    limits = [
        Limit("no failed requests", not any(result.failures for result in results.values())),
        at_least("throughput / bare Starlette", rates["starlette"], 1.05),
        at_least("throughput / stock Connexion", rates["stock"], 8),
        at_most("p99 / p50", ours.p99 / ours.p50, 3),
    ]
    if "theirs" in results:
        ratio = ours.cpu / results["theirs"].cpu
        limits.append(at_most("CPU a request / other checkout", ratio, settings.cpu_ratio))
    return limits


def _comparisons(results: Mapping[str, LoadResult]) -> list[Comparison]:
    """Return our figures beside those of the other checkout, if there is one."""
    if "theirs" not in results:
        return []
    ours, theirs = results["ours"], results["theirs"]
    return [
        Comparison("CPU us a request", ours.cpu, theirs.cpu),
        Comparison("requests a second", ours.rate, theirs.rate),
        Comparison("p50 ms", ours.p50 / 1000, theirs.p50 / 1000),
        Comparison("p99 ms", ours.p99 / 1000, theirs.p99 / 1000),
        Comparison("p99 / p50", ours.p99 / ours.p50, theirs.p99 / theirs.p50),
    ]
