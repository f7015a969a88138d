"""A server that is killed and comes back, at the same address and with the same store."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from tests.support.server import ROOT, UNDERSTUDY, lasting_port
from tests.support.timeouts import PROGRAM_TIMEOUT, wait_until


class LastingServer:
    """`understudy serve` with these arguments, as often as it is started.

    Its processes are found in /proc, which only Linux has.
    """

    def __init__(self, *arguments: str) -> None:
        port = lasting_port()
        self.url = f"http://127.0.0.1:{port}"
        self._command = [*UNDERSTUDY, "serve", "--port", str(port), *arguments]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        self._process = process
        banner = ""
        for line in process.stdout:
            banner += line
            if line.startswith("Try: "):
                return
        raise AssertionError(f"the server did not start: {banner}")

    def kill(self) -> None:
        """Kill all its processes at once; they cannot write anything more."""
        assert self._process is not None
        workers = self.workers()
        self._process.kill()
        for worker in workers:
            _kill(worker)
        self._process.communicate(timeout=PROGRAM_TIMEOUT)
        # The port is free when the last one has gone.
        wait_until(lambda: not any(map(_runs, workers)))

    def kill_and_start(self) -> None:
        """Kill all its processes, and start it again."""
        self.kill()
        self.start()

    def kill_worker(self, random: Random) -> None:
        """Kill one of its workers; the server itself starts another one."""
        _kill(random.choice(self.workers()))

    def hang_up(self) -> None:
        """Let it replace its workers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def workers(self) -> list[int]:
        """Return the process ids of its workers; a server with one worker has none beside it."""
        assert self._process is not None
        children: list[int] = []
        for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
            children += map(int, (thread / "children").read_text().split())
        return children

    def stop(self) -> None:
        """Let it end, as a person does, unless it was killed."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=PROGRAM_TIMEOUT)


@contextmanager
def lasting(*arguments: str) -> Iterator[LastingServer]:
    """Run a server until the block ends; within it, it may be killed and started again."""
    server = LastingServer(*arguments)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _kill(process_id: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


def _runs(process_id: int) -> bool:
    """Return whether a process runs; one that has ended and waits for its parent does not."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
