"""Other mock servers, run by node in the directory that `scripts/peers` prepares."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

#: The command of each peer; `{document}` is served on `{port}`.
PEERS: Mapping[str, str] = {
    "prism": "node node_modules/.bin/prism mock -h 127.0.0.1 -p {port} {document}",
    "scalar": "node scalar.mjs {document} {port}",
    "openapi-backend": "node openapi-backend.mjs {document} {port}",
}

#: Seconds for a peer to start, and to stop.
_START_TIMEOUT, _STOP_TIMEOUT = 120, 10


@contextmanager
def running(peer: str, home: Path, document: Path) -> Iterator[str]:
    """Run a peer that serves a document until the block ends; yield its URL."""
    port = _free_port()
    command = [word.format(port=port, document=document) for word in PEERS[peer].split()]
    with (home / "peer.log").open("w") as log:
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(_STOP_TIMEOUT)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for a response. Raises SystemExit if the peer ends or does not respond in time."""
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit(f"the peer did not start: see peer.log (exit code {process.poll()})")
