"""Measure Understudy beside bare Starlette, stock Connexion and, with --against, an earlier commit.

Every figure is the median of several rounds in which the servers take turns, so that other load on
the machine hits all of them. CPU time is that of the server's process, from /proc. Prints a line
for each limit; the exit code is 1 if one of them fails, else 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.commands import Checkout
from benchmarks.memory.memory import memory
from benchmarks.pages import pages
from benchmarks.result import Comparison, Result
from benchmarks.settings import Settings
from benchmarks.speed import speed
from benchmarks.start import start
from benchmarks.state import growth, journal, scale
from benchmarks.stores.redis import redis
from benchmarks.stores.sqlite import sqlite
from benchmarks.workers import workers

BENCHMARKS: Mapping[str, Callable[[Settings], Result]] = {
    "speed": speed,
    "start": start,
    "pages": pages,
    "growth": growth,
    "scale": scale,
    "journal": journal,
    "workers": workers,
    "memory": memory,
    "sqlite": sqlite,
    "redis": redis,
}


def main(arguments: list[str]) -> int:
    """Run the benchmarks; return 0 if every limit is kept, else 1."""
    options = _parser().parse_args(arguments)
    settings = Settings(
        options.rounds, options.seconds, options.long, options.against, options.cpu_ratio
    )
    total = Result()
    for name in options.only or BENCHMARKS:
        total.add(BENCHMARKS[name](settings))
    if settings.against and total.comparisons:
        _print_comparisons(settings.against, total.comparisons)
    print()
    for limit in total.limits:
        print(f"{'pass' if limit.passed else 'FAIL'}  {limit.text}")
    return 0 if all(limit.passed for limit in total.limits) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--rounds", type=int, default=5, metavar="N", help="default: 5")
    add("--seconds", type=int, default=3, metavar="N", help="of load in a round; default: 3")
    add("--long", action="store_true", help="send a million requests in the growth benchmark")
    add("--only", action="append", choices=list(BENCHMARKS), help="one benchmark; repeatable")
    add(
        "--against",
        type=_checkout,
        metavar="DIR",
        help="also measure the checkout in DIR, where `scripts/environment test` has been run",
    )
    add(
        "--cpu-ratio",
        type=float,
        default=0.95,
        metavar="R",
        help="limit for our CPU a request, as a share of that checkout's; default: 0.95",
    )
    return parser


def _checkout(text: str) -> Checkout:
    """Return the checkout in a directory. Raises ArgumentTypeError if it has no environment."""
    checkout = Checkout(Path(text).resolve())
    if not checkout.python.exists():
        raise argparse.ArgumentTypeError(
            f"{checkout.python} does not exist; run `scripts/environment test` in {text} first"
        )
    return checkout


def _print_comparisons(against: Checkout, comparisons: list[Comparison]) -> None:
    """Print the figures of both checkouts and their ratios."""
    print(f"\n{'medians':24}{'ours':>12}{against.revision:>12}{'ratio':>8}")
    for row in comparisons:
        print(f"{row.figure:24}{row.ours:12,.2f}{row.theirs:12,.2f}{row.ratio:8.2f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
