"""A store keeps what it has acknowledged, whole, when processes are killed."""

from __future__ import annotations

import re
import time
from pathlib import Path
from random import Random

import pytest

from tests.support.histories.lasting_server import lasting
from tests.support.histories.model import part_of
from tests.support.histories.recorder import record
from tests.support.histories.verdict import violations
from tests.support.redis_server import redis_server
from tests.support.server import running
from tests.support.stores import DURABLE, serve_arguments


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("store", "workers"), DURABLE)
def test_killed_server_forgets_nothing(store: str, workers: int, seed: int, tmp_path: Path) -> None:
    """After all processes were killed and started again, each answered write is there, and no
    write is half there."""
    with serve_arguments(store, tmp_path, workers) as arguments, lasting(*arguments) as server:
        url = f"{server.url}/_ns/history"
        history = record(url, clients=8, operations=800, seed=seed, disturb=server.kill_and_start)
    assert violations(history) == []


@pytest.mark.parametrize(("store", "workers"), [one for one in DURABLE if one[1] > 1])
def test_killed_worker_forgets_nothing(store: str, workers: int, tmp_path: Path) -> None:
    """The other workers answer for one that was killed, and nothing answered is missing."""
    with serve_arguments(store, tmp_path, workers) as arguments, lasting(*arguments) as server:
        url = f"{server.url}/_ns/history"
        history = record(
            url, clients=8, operations=800, disturb=lambda: server.kill_worker(Random(0))
        )
    assert violations(history) == []


def test_killed_redis_forgets_nothing() -> None:
    """With `appendfsync always`; the server uses it again when it is back, in all workers."""

    def kill_and_start() -> None:
        redis.kill()
        redis.start()

    with (
        redis_server(appendfsync="always") as redis,
        running("--store", redis.url, "--workers", "2") as server,
    ):
        url = f"{server.url}/_ns/history"
        history = record(url, clients=8, operations=800, disturb=kill_and_start)
    assert violations(history) == []


def test_memory_forgets_everything() -> None:
    """The harness finds what is missing: a server in memory has nothing after it was killed."""
    killed = []

    def disturb() -> None:
        killed.append(time.monotonic_ns())
        server.kill_and_start()

    with lasting() as server:
        history = record(f"{server.url}/_ns/history", clients=8, operations=800, disturb=disturb)
    before = [one for one in history if one.begin < killed[0]]
    added = {one.keys[0] for one in before if one.status == 201 and (one.end or 0) < killed[0]}
    kept = added - {one.keys[0] for one in before if one.action == "delete"}
    assert kept, "nothing was written before the server was killed"
    found = "\n".join(violations(history))
    assert [key for key in kept if not re.search(rf"\b{part_of(key)}\b", found)] == []
