"""`understudy proxy`, run as a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import UNDERSTUDY
from tests.support.timeouts import TIMEOUT


@dataclass
class ProxyProcess:
    """A running proxy: its URL and process, its log lines, and its output once it has ended."""

    url: str
    process: subprocess.Popen[str]
    out: str = ""
    lines: str = ""

    def wait_for(self, text: str) -> None:
        """Read the proxy's lines up to the first with this text."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines += line
            if text in line:
                return
        raise AssertionError(f"{text!r} is in none of the lines: {self.lines}")

    @property
    def code(self) -> int:
        """Return the exit code."""
        return int(self.process.returncode)


@contextmanager
def proxying(
    upstream: str,
    *options: str,
    end_signal: signal.Signals = signal.SIGINT,
    cwd: Path | None = None,
) -> Iterator[ProxyProcess]:
    """Run `understudy proxy` on a free port, until the block ends."""
    process = subprocess.Popen(
        [*UNDERSTUDY, "proxy", upstream, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )
    assert process.stderr is not None
    banner = process.stderr.readline()
    match = re.search(r" at (http://[\d.:]+)", banner)
    assert match, banner + process.stderr.read()
    proxy = ProxyProcess(match[1], process)
    try:
        yield proxy
    finally:
        process.send_signal(end_signal)
        proxy.out, lines = process.communicate(timeout=TIMEOUT)
        proxy.lines += lines
