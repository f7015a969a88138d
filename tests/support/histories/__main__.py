"""Record histories of many clients of one server, and see that no response contradicts the others.

Each round uses a namespace of its own, which is emptied first. The exit code is 1 if a response
contradicts the others, or if a history cannot be judged, else 0.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from random import Random

import httpx

from tests.support.histories.checker import Undecided
from tests.support.histories.lasting_server import LastingServer, lasting
from tests.support.histories.recorder import record
from tests.support.histories.verdict import violations

#: How many operations are judged together, at most.
_A_ROUND = 3000

#: How many sentences about one round are printed.
_MOST_SENTENCES = 5


def main() -> int:
    """Run the program; return its exit code."""
    parser = _parser()
    options = parser.parse_args()
    if options.kill == "worker" and options.workers == 1:
        parser.error("--kill worker needs --workers of 2 or more")
    arguments = [] if options.store == "memory" else ["--store", options.store]
    if options.workers > 1:
        arguments += ["--workers", str(options.workers)]
    with lasting(*arguments) as server:
        bad = [seed for seed, size in _rounds(options) if not _passes(server, seed, size, options)]
    return 1 if bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/histories", description=__doc__)
    add = parser.add_argument
    add("--store", default="memory", metavar="URL", help="as for `serve`; default: memory")
    add("--workers", type=int, default=1, metavar="N", help="as for `serve`; default: 1")
    add("--clients", type=int, default=50, metavar="N", help="clients at once; default: 50")
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--operations", type=int, default=24_000, metavar="N", help="in all; default: 24000"
    )
    length.add_argument("--seconds", type=float, metavar="S", help="go on for so long instead")
    add("--seed", type=int, default=0, metavar="N", help="of the first round; default: 0")
    add(
        "--kill",
        choices=("server", "worker"),
        help="in each round, kill the whole server, and start it again; or one of its workers",
    )
    return parser


def _rounds(options: argparse.Namespace) -> Iterator[tuple[int, int]]:
    """Yield the seed of each round, and its number of operations."""
    seed = options.seed
    if options.seconds is not None:
        deadline = time.monotonic() + options.seconds
        while time.monotonic() < deadline:
            yield seed, _A_ROUND
            seed += 1
        return
    for done in range(0, options.operations, _A_ROUND):
        yield seed + done // _A_ROUND, min(_A_ROUND, options.operations - done)


def _passes(server: LastingServer, seed: int, size: int, options: argparse.Namespace) -> bool:
    """Run one round, print what it found, and return whether that is nothing."""
    name = f"histories-{seed}"
    httpx.delete(f"{server.url}/_understudy/namespaces/{name}")
    began = time.monotonic()
    url = f"{server.url}/_ns/{name}"
    disturb = _disturb(server, seed, options.kill)
    history = record(url, clients=options.clients, operations=size, seed=seed, disturb=disturb)
    recorded = time.monotonic()
    try:
        found = violations(history)
    except Undecided as error:
        found = [str(error)]
    unknown = sum(operation.end is None for operation in history)
    print(
        f"seed {seed}: {len(history)} operations in {recorded - began:.1f} s, {unknown} unknown, "
        f"judged in {time.monotonic() - recorded:.1f} s: {len(found)} violations",
        *found[:_MOST_SENTENCES],
        sep="\n",
        flush=True,
    )
    return not found


def _disturb(server: LastingServer, seed: int, kill: str | None) -> Callable[[], None] | None:
    if kill == "server":
        return server.kill_and_start
    return None if kill is None else lambda: server.kill_worker(Random(seed))


if __name__ == "__main__":
    sys.exit(main())
