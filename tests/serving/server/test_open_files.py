"""A server that may open few files."""

from __future__ import annotations

import resource
import signal
import subprocess
from contextlib import ExitStack

from tests.support.connections import GET, connect
from tests.support.server import UNDERSTUDY
from tests.support.timeouts import TIMEOUT, wait_until

HOME = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def _set_limit() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _first_line(url: str, request: bytes) -> bytes:
    with connect(url) as connection:
        connection.sendall(request)
        return connection.recv(12)


def test_connections_beyond_the_limit_are_refused() -> None:
    """They get 503, which the server prints once; when others close, it serves again."""
    process = subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_set_limit,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    while not lines[-1].startswith("Try: "):
        lines.append(process.stdout.readline())
    url = lines[-2].split()[-1].rstrip("/")
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(url)) for _ in range(200)]
        for connection in connections[:20]:
            connection.sendall(GET)
            assert connection.recv(12) == b"HTTP/1.1 404"
        for connection in connections[100:]:
            assert connection.recv(12) == b"HTTP/1.1 503"
    wait_until(lambda: _first_line(url, HOME) == b"HTTP/1.1 200")
    process.send_signal(signal.SIGTERM)
    errors = process.communicate(timeout=TIMEOUT)[1]
    assert process.returncode == 0
    assert errors.count("\n") == 1
    assert "only 64 files can be open" in errors
