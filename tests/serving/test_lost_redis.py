"""Servers whose Redis does not answer for a while, or forgets."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.support.histories.recorder import record
from tests.support.histories.verdict import violations
from tests.support.receiver import receiving
from tests.support.redis_server import RedisServer, redis_server
from tests.support.server import Server, lasting_port, run, running
from tests.support.stalling_proxy import StallingProxy, stalling_proxy
from tests.support.timeouts import wait_until
from understudy.client import ControlClient

ZEP = {"Authorization": "Api-Key k"}

#: Seconds within which a request fails: on an idle machine it is about one.
SOON = 15


@contextmanager
def behind_proxy(directory: Path, *arguments: str) -> Iterator[tuple[Server, StallingProxy]]:
    """Run a server with a proxy before its Redis; at the end, its log has no traceback."""
    log = directory / "log"
    with redis_server(appendfsync="no") as redis, stalling_proxy(redis.port) as proxy:
        store = f"redis://127.0.0.1:{proxy.port}/0"
        with (
            log.open("w") as stderr,
            running("--store", store, *arguments, stderr=stderr) as server,
        ):
            yield server, proxy
    assert "Traceback" not in log.read_text()


def status(server: Server, path: str) -> int:
    """Return the status of a GET."""
    return httpx.get(server.url + path, headers=ZEP).status_code


@pytest.mark.parametrize("trouble", ["stall", "refuse"])
def test_lost_redis_is_503_until_it_is_back(trouble: str, tmp_path: Path) -> None:
    """All requests are answered, the server is alive but not ready, and nothing diverges."""

    def disturb() -> None:
        getattr(proxy, trouble)()
        for path in ("/api/v2/users/ada", "/_understudy/ready", "/_understudy/requests"):
            for _ in range(4):  # several workers
                began = monotonic()
                response = httpx.get(server.url + path, headers=ZEP)
                assert monotonic() - began < SOON
                assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
        assert status(server, "/_understudy/health") == 200
        proxy.resume()
        wait_until(lambda: all(status(server, "/_understudy/ready") == 200 for _ in range(8)))

    with behind_proxy(tmp_path, "--workers", "2") as (server, proxy):
        history = record(f"{server.url}/_ns/h", clients=8, operations=500, disturb=disturb)
    assert violations(history) == []
    assert 500 not in {operation.status for operation in history}


def test_cut_connections_are_replaced(tmp_path: Path) -> None:
    """What was under way may have failed; nothing diverges."""
    with behind_proxy(tmp_path, "--workers", "2") as (server, proxy):
        url = f"{server.url}/_ns/h"
        history = record(url, clients=8, operations=500, disturb=proxy.cut)
        assert status(server, "/_understudy/ready") == 200
    assert violations(history) == []
    assert 500 not in {operation.status for operation in history}


def test_streams_and_waits_end_with_the_store(tmp_path: Path) -> None:
    """Nobody hangs who waits for exchanges: a stream ends, a wait is refused."""
    with behind_proxy(tmp_path) as (server, proxy):
        control = f"{server.url}/_understudy/requests"
        with httpx.stream("GET", f"{control}/events?seconds=2") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry")
            proxy.refuse()
            assert not any("data" in line for line in lines)
        began = monotonic()
        response = httpx.post(f"{control}/wait", json={"timeout": 2})
        assert response.status_code == 503
        assert monotonic() - began < SOON


def test_background_goes_on_when_redis_is_back(tmp_path: Path) -> None:
    """Work that is due waits for the store; a delivery that cannot be noted is told in the log."""

    def is_logged(words: str) -> bool:
        return words in (tmp_path / "log").read_text()

    with (
        receiving() as receiver,
        behind_proxy(tmp_path) as (server, proxy),
        ControlClient(server.url) as control,
    ):
        receiver.go.clear()
        control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT2S"}}})
        control.set_webhook_url("episode.processed", receiver.url)
        httpx.post(f"{server.url}/api/v2/users", json={"user_id": "ada"}, headers=ZEP)
        data = {"user_id": "ada", "type": "text", "data": "Ada sails."}
        added = httpx.post(f"{server.url}/api/v2/graph", json=data, headers=ZEP)
        assert added.status_code == 202
        proxy.stall()
        wait_until(lambda: is_logged("work that is due has to wait: Redis at "))
        proxy.resume()
        wait_until(lambda: receiver.requests)
        proxy.stall()
        receiver.go.set()
        wait_until(lambda: is_logged("was not sent, or is not in the journal: Redis at "))
        proxy.resume()


def test_redis_that_is_not_there_at_the_start_is_told() -> None:
    """The exit code is 2, for one process and for several, and a sentence says what to do."""
    url = f"redis://127.0.0.1:{lasting_port()}/0"
    for more in ((), ("--workers", "2")):
        done = run("serve", "--port", "0", "--store", url, *more)
        assert done.returncode == 2
        (line,) = done.stderr.strip().splitlines()
        assert url in line
        assert "start it, or give the URL of another one" in line


def flush(redis: RedisServer) -> None:
    """Remove everything."""
    redis.run("FLUSHALL")


def restore_older_log(redis: RedisServer) -> None:
    """Go back to what was there at the start."""
    log = redis.socket.parent / "appendonlydir"
    redis.kill()
    shutil.rmtree(log)
    shutil.copytree(redis.socket.parent / "older", log)
    redis.start()


@pytest.mark.parametrize("forget", [flush, restore_older_log])
def test_redis_that_forgets_is_no_error(
    forget: Callable[[RedisServer], None], tmp_path: Path
) -> None:
    """Servers go on with what is there; they keep no state that contradicts it."""
    log = tmp_path / "log"
    with redis_server() as redis, log.open("w") as stderr:
        arguments = ("--workers", "2", "--store", redis.url)
        with running(*arguments, stderr=stderr) as server:
            url = f"{server.url}/_ns/h"
            user = f"{url}/api/v2/users/first"
            httpx.post(f"{url}/api/v2/users", json={"user_id": "first"}, headers=ZEP)
            shutil.copytree(redis.socket.parent / "appendonlydir", redis.socket.parent / "older")
            history = record(url, clients=8, operations=500, disturb=lambda: forget(redis))
            assert httpx.get(user, headers=ZEP).status_code == (404 if forget is flush else 200)
            assert httpx.get(f"{url}/api/v2/users/ada", headers=ZEP).status_code == 404
    assert 500 not in {operation.status for operation in history}
    assert "Traceback" not in log.read_text()
