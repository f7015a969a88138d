"""The bench: what Understudy costs, beside bare Starlette and stock Connexion, in one run.

Every figure is the median of several rounds in which the servers take turns, so that what else the
machine does hits all of them. CPU is what the server's process used, by /proc.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

HERE = Path(__file__).parent
TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")

#: What is compared: the name of a server in bench_servers.py, and how people know it.
SERVERS = {
    "ours": "Understudy",
    "starlette": "Starlette, our GC settings",
    "starlette-gc": "Starlette, Python's GC settings",
    "stock": "stock Connexion (AsyncApp)",
}
LOADS = {
    "get": "GET session",
    "finish": "POST end",
    "list": "GET sessions-ordered",
    "memory": "POST memory",
}
FEW, MANY = 100, 200_000


@dataclass
class Server:
    """A server that runs, and its process."""

    url: str
    pid: int


class Sample(NamedTuple):
    """What one run of wrk found; times in microseconds."""

    requests: int
    rate: float
    cpu: float
    p50: float
    p99: float
    failures: int


@dataclass
class Bar:
    """Something that must hold, and whether it does."""

    text: str
    holds: bool


def main() -> int:
    """Measure; 0 where every bar holds, else 1."""
    options = _options()
    parts: dict[str, Callable[[argparse.Namespace], list[Bar]]] = {
        "speed": speed,
        "start": start,
        "growth": growth,
        "scale": scale,
        "watch": watch,
    }
    bars = [bar for name in options.only or parts for bar in parts[name](options)]
    print()
    for bar in bars:
        print(f"{'pass' if bar.holds else 'FAIL'}  {bar.text}")
    return 0 if all(bar.holds for bar in bars) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--seconds", type=int, default=3, help="of load in a round; default: 3")
    parser.add_argument("--long", action="store_true", help="a million requests for the growth")
    parser.add_argument(
        "--only",
        action="append",
        choices=("speed", "start", "growth", "scale", "watch"),
        help="repeatable",
    )
    return parser.parse_args()


@contextmanager
def serving(*command: str) -> Iterator[Server]:
    """A server in a process of its own, from its first answer until the block ends."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        line = next((line for line in process.stdout or () if "http://" in line), "")
        if not line:
            raise SystemExit(f"the bench: {' '.join(command)} did not start")
        found = urlsplit(line[line.index("http://") :].strip())
        yield Server(f"http://{found.netloc}", process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def launch(kind: str, sessions: int = FEW) -> list[str]:
    """The command of a server with sessions in its store."""
    return [str(HERE / "bench_servers.py"), kind, str(sessions)]


def ask(url: str, path: str, body: object = None) -> int:
    """The status of one request, GET or (with a body) POST."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    headers = {"Authorization": "Api-Key bench", "Content-Type": "application/json"}
    if body is None:
        connection.request("GET", path, headers=headers)
    else:
        connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def cpu_ticks(pid: int) -> int:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def load(server: Server, name: str, seconds: float, step: int = 1) -> Sample:
    """Let wrk load a server: 16 connections, one thread."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(HERE / "bench.lua"), server.url]
    before = cpu_ticks(server.pid)
    run = subprocess.run(
        [*command, "--", name, str(step)], capture_output=True, text=True, check=True
    )
    used = (cpu_ticks(server.pid) - before) * TICK
    line = next(line for line in run.stdout.splitlines() if line.startswith("RESULT"))
    requests, took, p50, p99, failures = (float(word) for word in line.split()[1:])
    return Sample(int(requests), requests / took * 1e6, used / requests, p50, p99, int(failures))


def middle(samples: list[Sample]) -> Sample:
    """The median of each figure; all failures."""
    columns = list(zip(*samples, strict=True))
    rate, cpu, p50, p99 = (float(median(column)) for column in columns[1:5])
    return Sample(sum(columns[0]), rate, cpu, p50, p99, sum(columns[5]))


def in_turns(names: list[str], number: int) -> list[str]:
    """The names in the order of a round: forth, then back."""
    return names if number % 2 == 0 else names[::-1]


# Throughput, CPU and latency


def speed(options: argparse.Namespace) -> list[Bar]:
    """The mix, on each server, afresh in each round: what a faster one stores slows nobody."""
    samples: dict[str, list[Sample]] = {name: [] for name in SERVERS}
    for number in range(options.rounds):
        for name in in_turns(list(SERVERS), number):
            with _fresh(name) as server:
                load(server, "mix", 1)
                samples[name].append(load(server, "mix", options.seconds))
    found = {name: middle(taken) for name, taken in samples.items()}
    _print_speed(found)
    ours, bare, stock = found["ours"], found["starlette"], found["stock"]
    return [
        Bar("no failed requests", not any(sample.failures for sample in found.values())),
        Bar(
            f"throughput >= 0.9 of Starlette: {ours.rate / bare.rate:.2f}",
            ours.rate >= 0.9 * bare.rate,
        ),
        Bar(
            f"throughput >= 8 x stock Connexion: {ours.rate / stock.rate:.1f}",
            ours.rate >= 8 * stock.rate,
        ),
        Bar(f"p99 <= 3 x p50: {ours.p99 / ours.p50:.2f}", ours.p99 <= 3 * ours.p50),
    ]


@contextmanager
def _fresh(name: str) -> Iterator[Server]:
    """A server with FEW sessions; ours is the real command, filled over HTTP."""
    if name != "ours":
        with serving(*launch(name)) as server:
            yield server
        return
    with serving("-m", "understudy", "serve", "--port", "0") as server:
        ask(server.url, "/api/v2/users", {"user_id": "ada"})
        for number in range(FEW):
            session = {"session_id": f"session-{number}", "user_id": "ada"}
            ask(server.url, "/api/v2/sessions", session)
        yield server


def _print_speed(found: dict[str, Sample]) -> None:
    ours = found["ours"]
    heads = ("req/s", "ours", "CPU us", "ours", "p50 ms", "p99 ms", "failed")
    print(f"\n{'server':34}" + "".join(f"{head:>8}" for head in heads))
    for name, sample in found.items():
        print(
            f"{SERVERS[name]:34}{sample.rate:8.0f}{ours.rate / sample.rate:7.2f}x"
            f"{sample.cpu:8.1f}{ours.cpu / sample.cpu:7.2f}x"
            f"{sample.p50 / 1000:8.2f}{sample.p99 / 1000:8.2f}{sample.failures:8}"
        )


# Start and memory


def start(options: argparse.Namespace) -> list[Bar]:
    """From the start of the process to its first valid answer, and what it holds then."""
    times, sizes = [], []
    for _ in range(options.rounds):
        began = time.perf_counter()
        with serving("-m", "understudy", "serve", "--port", "0") as server:
            if ask(server.url, "/api/agents") == 200:
                times.append(time.perf_counter() - began)
                sizes.append(resident(server.pid))
    took, size = median(times), median(sizes)
    print(f"\nfirst valid answer after {took:.3f} s, holding {size:.1f} MB")
    return [
        Bar(f"start <= 0.5 s: {took:.2f} s", took <= 0.5),
        Bar(f"memory at the start <= 80 MB: {size:.1f} MB", size <= 80),
    ]


def growth(options: argparse.Namespace) -> list[Bar]:
    """How memory grows over requests that keep no state, once the journal is full."""
    wanted = 1_000_000 if options.long else 100_000
    with _fresh("ours") as server:
        load(server, "get", 2)
        before, sent = resident(server.pid), 0
        while sent < wanted:
            sent += load(server, "get", 2).requests
        grown = resident(server.pid) - before
    print(f"\nmemory grew by {grown:.2f} MB over {sent} requests, from {before:.1f} MB")
    return [Bar(f"memory is flat (grows by <= 1 MB): {grown:.2f} MB", grown <= 1)]


def scale(options: argparse.Namespace) -> list[Bar]:
    """What a request costs with few and with many sessions in the store."""
    costs: dict[tuple[str, int], list[float]] = {(n, s): [] for n in LOADS for s in (FEW, MANY)}
    failures = 0
    with serving(*launch("ours", FEW)) as few, serving(*launch("ours", MANY)) as many:
        sizes = {FEW: few, MANY: many}
        for server in sizes.values():
            load(server, "mix", 1)
        for number in range(options.rounds):
            for name in in_turns(list(LOADS), number):
                for size, server in sizes.items():
                    sample = load(server, name, max(1, options.seconds // 2), size // FEW)
                    costs[name, size].append(sample.cpu)
                    failures += sample.failures
    print(f"\n{'CPU us per request':24}{FEW:>10}{MANY:>10}{'ratio':>8}")
    bars = [Bar("no failed requests with few or many sessions", not failures)]
    for name, title in LOADS.items():
        few_cost, many_cost = (median(costs[name, size]) for size in (FEW, MANY))
        ratio = many_cost / few_cost
        print(f"{title:24}{few_cost:10.1f}{many_cost:10.1f}{ratio:8.2f}")
        bars.append(Bar(f"{title} with {MANY} sessions <= 1.2: {ratio:.2f}", ratio <= 1.2))
    return bars


# Watching


def watch(options: argparse.Namespace) -> list[Bar]:
    """What it costs to keep the journal and to look for faults, none of which is planned."""
    samples: dict[str, list[Sample]] = {"ours": [], "unwatched": []}
    servers = {name: launch(name) for name in samples}
    for number in range(options.rounds):
        for name in in_turns(list(samples), number):
            with serving(*servers[name]) as server:
                load(server, "mix", 1)
                samples[name].append(load(server, "mix", options.seconds))
    found = {name: middle(taken) for name, taken in samples.items()}
    ratio = found["unwatched"].cpu / found["ours"].cpu
    print(f"\nCPU us per request: {found['ours'].cpu:.1f}, unwatched {found['unwatched'].cpu:.1f}")
    return [Bar(f"throughput >= 0.95 of the unwatched: {ratio:.2f}", ratio >= 0.95)]


if __name__ == "__main__":
    sys.exit(main())
