"""Real servers of Redis: alone, as a cluster, and watched by a Sentinel."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.support.server import lasting_port
from tests.support.timeouts import TIMEOUT, wait_until

_CLUSTER = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
_SLOTS = 16_384


class RedisServer:
    """A server on a port and in a directory that it keeps when it is started again."""

    def __init__(self, directory: Path, *options: str, appendfsync: str = "always") -> None:
        self.port = lasting_port()
        self.socket = directory / "redis.sock"
        self._directory = directory
        self._options = (
            *("--port", str(self.port), "--unixsocket", str(self.socket)),
            *("--dir", str(directory), "--logfile", str(directory / "log"), "--save", ""),
            *("--appendonly", "yes", "--appendfsync", appendfsync),
            *("--repl-diskless-sync-delay", "0", *options),
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers and has read its log."""
        self._process = subprocess.Popen(["redis-server", *self._options])
        wait_until(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._directory / "log").read_text()
        try:
            return bool(self.run("PING"))
        except redis.ConnectionError:
            return False

    def run(self, *words: str | int) -> Any:
        """Run a command in database 0, on a connection of its own."""
        return self.run_in(0, *words)

    def run_in(self, number: int, *words: str | int) -> Any:
        """Run a command in the database with this number, on a connection of its own."""
        with redis.Redis(port=self.port, db=number, socket_timeout=TIMEOUT) as client:
            run: Any = client.execute_command
            return run(*words)

    def kill(self) -> None:
        """End it at once: what it has not given to the system is lost."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(TIMEOUT)


@contextmanager
def redis_server(*options: str, appendfsync: str = "always") -> Iterator[RedisServer]:
    """Run a server on a free port, until the block ends; skip the test if there is no Redis."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: run scripts/redis")
    with tempfile.TemporaryDirectory(prefix="us-") as directory:  # short, for its socket's sake
        server = RedisServer(Path(directory), *options, appendfsync=appendfsync)
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def redis_cluster(size: int = 2) -> Iterator[list[RedisServer]]:
    """Run a cluster of servers, each of which has an equal part of the slots."""
    with ExitStack() as stack:
        buses = [lasting_port() for _ in range(size)]
        servers = [
            stack.enter_context(redis_server(*_CLUSTER, "--cluster-port", str(bus)))
            for bus in buses
        ]
        share = -(-_SLOTS // size)
        for number, server in enumerate(servers):
            last = min((number + 1) * share, _SLOTS) - 1
            server.run("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            server.run("CLUSTER", "ADDSLOTSRANGE", number * share, last)
            server.run("CLUSTER", "MEET", "127.0.0.1", servers[0].port, buses[0])
        wait_until(lambda: all(map(_is_complete, servers)))
        yield servers


def _is_complete(server: RedisServer) -> bool:
    return b"cluster_state:ok" in server.run("CLUSTER", "INFO")


@contextmanager
def redis_sentinel() -> Iterator[tuple[str, RedisServer, RedisServer]]:
    """Run a master, a replica, and a Sentinel that makes the replica the master if it must; yield
    the Sentinel's URL and both servers."""
    with redis_server() as master, redis_server("--replicaof", f"127.0.0.1 {master.port}") as other:
        wait_until(lambda: other.run("INFO", "replication")["master_link_status"] == "up")
        with _sentinel(master) as port:
            yield f"redis+sentinel://127.0.0.1:{port}/main/0", master, other


@contextmanager
def _sentinel(master: RedisServer) -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="us-") as directory:
        port = lasting_port()
        settings = Path(directory) / "sentinel.conf"
        settings.write_text(
            f"port {port}\nsentinel monitor main 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n"
        )
        process = subprocess.Popen(
            ["redis-server", str(settings), "--sentinel"], stdout=subprocess.DEVNULL
        )
        try:
            wait_until(lambda: _knows_replica(port))
            yield port
        finally:
            process.terminate()
            process.wait(TIMEOUT)


def _knows_replica(port: int) -> bool:
    """Return whether a Sentinel has found out who else has a copy, which takes some seconds."""
    try:
        with redis.Redis(port=port, socket_timeout=TIMEOUT) as client:
            found: Any = client.sentinel_slaves("main")
            return bool(found) and found[0]["master-link-status"] == "ok"
    except redis.ConnectionError:
        return False
