"""`understudy proxy`, run as a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.server import UNDERSTUDY
from tests.support.timeouts import TIMEOUT


@dataclass
class Between:
    """A proxy: where it is while it runs, and what it said once it ended."""

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
        """What came of it."""
        return int(self.process.returncode)


@contextmanager
def proxying(
    upstream: str, *options: str, how: signal.Signals = signal.SIGINT
) -> Iterator[Between]:
    """`understudy proxy` on a free port, until the block ends."""
    process = subprocess.Popen(
        [*UNDERSTUDY, "proxy", upstream, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    banner = process.stderr.readline()
    found = re.search(r" at (http://[\d.:]+)", banner)
    assert found, banner + process.stderr.read()
    between = Between(found[1], process)
    try:
        yield between
    finally:
        process.send_signal(how)
        between.out, lines = process.communicate(timeout=TIMEOUT)
        between.lines += lines
