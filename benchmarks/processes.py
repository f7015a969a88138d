"""Server processes: started, sent single requests, their CPU time and memory read from /proc."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.commands import FEW, ServerCommand

#: Microseconds in the unit of /proc/PID/stat.
_TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")

_HEADERS = {"Authorization": "Api-Key bench", "Content-Type": "application/json"}


@dataclass(frozen=True)
class ServerProcess:
    """A running server."""

    url: str
    pid: int

    def cpu_time(self) -> float:
        """Return the user and system time that it and its workers have used, in microseconds."""
        total = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total * _TICK

    def resident_memory(self) -> float:
        """Return its resident memory in megabytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def total_memory(self) -> float:
        """Return the memory of it and its workers, in megabytes: what they share counts once."""
        rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self._pids()]
        lines = [line for rollup in rollups for line in rollup.splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def _pids(self) -> list[str]:
        """Return its process id, then those of its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [str(self.pid), *children.split()]

    def get(self, path: str) -> int:
        """Send a GET request; return the status."""
        return self._send("GET", path, None)

    def post(self, path: str, body: object) -> int:
        """Send a POST request with a JSON body; return the status."""
        return self._send("POST", path, json.dumps(body))

    def _send(self, method: str, path: str, body: str | None) -> int:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=5)
        try:
            connection.request(method, path, body, _HEADERS)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()


@contextmanager
def running(command: ServerCommand) -> Iterator[ServerProcess]:
    """Run a server until the block ends. PYTHONPATH is its checkout, so that no other one's code
    is imported; compiled modules are kept, as on a user's machine. Raises SystemExit if it prints
    no URL."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [str(command.python), *command.arguments],
        cwd=command.directory,
        env={**inherited, "PYTHONPATH": str(command.directory)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = next((line for line in process.stdout or () if "http://" in line), "")
        if not line:
            raise SystemExit(f"bench: {command.title} ({command.arguments}) did not start")
        url = urlsplit(line[line.index("http://") :].strip())
        yield ServerProcess(f"http://{url.netloc}", process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


@contextmanager
def running_with_sessions(command: ServerCommand) -> Iterator[ServerProcess]:
    """Run a server until the block ends, its store filled over HTTP as `benchmarks.servers` does
    it by the handlers."""
    with running(command) as server:
        server.post("/api/v2/users", {"user_id": "ada"})
        for number in range(FEW):
            session = {"session_id": f"session-{number}", "user_id": "ada"}
            server.post("/api/v2/sessions", session)
        yield server
