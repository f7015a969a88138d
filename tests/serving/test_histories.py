"""Many clients at once see one state: their histories are linearizable, on each store."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.histories.lasting_server import lasting
from tests.support.histories.recorder import record
from tests.support.histories.verdict import violations
from tests.support.server import running
from tests.support.stores import STORES_AND_WORKERS, serve_arguments
from tests.support.timeouts import TIMEOUT, wait_until


@pytest.mark.parametrize(("store", "workers"), STORES_AND_WORKERS)
def test_history_is_linearizable(store: str, workers: int, tmp_path: Path) -> None:
    """50 clients that use the same sessions see each write at one moment, alone and in lists."""
    with serve_arguments(store, tmp_path, workers) as arguments, running(*arguments) as server:
        history = record(f"{server.url}/_ns/history", clients=50, operations=3000)
    assert violations(history) == []
    done = Counter(operation.action for operation in history if operation.status in (200, 201))
    assert min(done[action] for action in ("create", "change", "delete", "end", "say", "page")) > 20


@pytest.mark.skipif(sys.platform != "linux", reason="--workers needs Linux")
def test_no_connection_is_lost_while_workers_are_replaced(tmp_path: Path) -> None:
    """Those before and those after them work on one state."""

    def replace() -> None:
        before = server.workers()
        server.hang_up()
        wait_until(lambda: not set(before) & set(server.workers()))

    with (
        serve_arguments("redis", tmp_path, workers=4) as arguments,
        lasting(*arguments) as server,
    ):
        url = f"{server.url}/_ns/history"
        history = record(url, clients=16, operations=2000, disturb=replace)
    assert [one for one in history if one.end is None and one.status == 0] == []
    assert violations(history) == []


def test_servers_share_their_state(tmp_path: Path) -> None:
    """Clients of two servers see what clients of one would see."""
    with (
        serve_arguments("redis", tmp_path) as arguments,
        running(*arguments) as one,
        running(*arguments) as other,
    ):
        urls = (f"{server.url}/_ns/history" for server in (one, other))
        history = record(*urls, clients=16, operations=1500)
    assert violations(history) == []


def test_clients_that_change_one_session_all_succeed(tmp_path: Path) -> None:
    """Requests of 64 clients are run again so often that hardly one is refused."""

    def change(number: int) -> int:
        """Return how many requests were refused before all were done."""
        refused = done = 0
        with httpx.Client(headers={"Authorization": "Api-Key k"}, timeout=TIMEOUT) as http:
            while done < 5:
                body = {"metadata": {f"key{number}": done}}
                status = http.patch(f"{zep}/sessions/s", json=body).status_code
                assert status in (200, 503)
                done += status == 200
                refused += status == 503
        return refused

    with serve_arguments("redis", tmp_path, workers=4) as arguments, running(*arguments) as server:
        zep = f"{server.url}/api/v2"
        with httpx.Client(headers={"Authorization": "Api-Key k"}) as http:
            http.post(f"{zep}/users", json={"user_id": "ada"})
            http.post(f"{zep}/sessions", json={"user_id": "ada", "session_id": "s"})
            with ThreadPoolExecutor(64) as pool:
                refused = sum(pool.map(change, range(64)))
            metadata = http.get(f"{zep}/sessions/s").json()["metadata"]
    assert refused < 10
    assert metadata == {f"key{number}": 4 for number in range(64)}
