"""Runs of `understudy` as a process of its own."""

from __future__ import annotations

import html
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import sleep
from typing import IO, Any

import uvicorn

from tests.support.chosen_store import store_arguments
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT

ROOT = Path(__file__).parents[2]

#: `understudy`, run by the interpreter that runs the tests.
UNDERSTUDY = (sys.executable, "-m", "understudy")


@dataclass
class Server:
    """A running server: its URL, its process, and what it printed at its start."""

    url: str
    process: subprocess.Popen[str]
    banner: str


@contextmanager
def running(
    *arguments: str, cwd: Path | None = None, stderr: IO[str] | None = None
) -> Iterator[Server]:
    """Run `understudy serve` on a free port, until the block ends; on the chosen store, unless the
    arguments name one."""
    process = subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0", *store_arguments(arguments), *arguments],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        cwd=cwd,
    )
    assert process.stdout is not None
    banner = ""
    try:
        for line in process.stdout:
            banner += line
            if line.startswith("Try: "):
                break
        match = re.search(r"reference at (https?://\S+?)/$", banner, re.MULTILINE)
        assert match, f"the server did not start: {banner}"
        yield Server(match[1], process, banner)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0


def lasting_port() -> int:
    """Return a free port, for a server that comes back to it.

    It lies below those that the system gives to other programs in the meantime.
    """
    for port in random.Random().sample(range(20_000, 30_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@contextmanager
def serving(app: Any, *, lifespan: Any = "off", **options: Any) -> Iterator[str]:
    """Run an ASGI app on a free port, in a thread of this process, until the block ends.

    The options are uvicorn's.
    """
    settings = uvicorn.Config(
        app, port=0, log_level="error", lifespan=lifespan, timeout_keep_alive=60, **options
    )  # a busy machine may leave a connection idle for long
    server = uvicorn.Server(settings)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            sleep(0.01)
        assert server.started, "the server did not start"
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def run(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `understudy` with these arguments, and wait for its end."""
    return subprocess.run(
        [*UNDERSTUDY, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=env,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )


def text_of(page: str) -> str:
    """Return the text of a page, with one blank between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())
