"""The two servers of a comparison: a released ElizaOS server and the stand-in."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx

from tests.support.server import ROOT, UNDERSTUDY

_CACHE = Path.home() / ".cache" / "understudy"
_SCRIPTS = ROOT / "scripts" / "eliza-server"

#: The released server has no language model: its agent, and the stand-in's, answer with this text.
REPLY = "I see. Tell me more."

AGENT = "11111111-1111-4111-8111-111111111111"

_CHARACTER: Mapping[str, Any] = {
    "id": AGENT,
    "name": "Eliza",
    "username": "eliza",
    "bio": ["A patient listener who answers with questions"],
    "settings": {},
    "plugins": [],
}

#: Seconds for a server to start, and to stop.
_START_TIMEOUT, _STOP_TIMEOUT = 300, 20


class ElizaServer:
    """A server, the offset of its clock in milliseconds, and values saved from its responses."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        self.values: dict[str, str] = {}
        self.clock_offset = 0

    def send(self, method: str, path: str, *, raw: bool = False, **options: Any) -> httpx.Response:
        """Send a request whose path, body, ... are templates; return the response. With `raw`, the
        path is sent as it is, dots and all."""
        url = self.client.base_url.raw_path.decode().rstrip("/") + self.fill(path)
        if raw:
            options["extensions"], url = {"target": url.encode()}, "/"
        filled = {name: self.fill(value) for name, value in options.items()}
        return self.client.request(method, url, **filled)

    def fill(self, template: Any) -> Any:
        """Return a template with saved values in the place of `{names}`."""
        if isinstance(template, str):
            return re.sub(r"\{(\w+)\}", lambda match: self.values[match[1]], template)
        if isinstance(template, dict):
            return {self.fill(name): self.fill(item) for name, item in template.items()}
        if isinstance(template, list):
            return [self.fill(item) for item in template]
        return template

    def set_clock_offset(self, milliseconds: int) -> None:
        """Set how far the server's clock is ahead of the true time."""
        raise NotImplementedError


class ReleasedServer(ElizaServer):
    """A released server; its clock is moved by requests to a URL of its own."""

    def __init__(self, url: str, clock_url: str) -> None:
        super().__init__(url)
        self.clock_url = clock_url

    def set_clock_offset(self, milliseconds: int) -> None:
        """Set the offset by clock.mjs."""
        httpx.get(self.clock_url, params={"offsetMs": milliseconds}).raise_for_status()
        self.clock_offset = milliseconds


class StandIn(ElizaServer):
    """The stand-in."""

    def set_clock_offset(self, milliseconds: int) -> None:
        """Advance the namespace's clock by the control API."""
        duration = f"PT{(milliseconds - self.clock_offset) // 1000}S"
        response = self.client.post("/_understudy/clock", json={"advance": duration})
        response.raise_for_status()
        self.clock_offset = milliseconds


@contextmanager
def released(release: str) -> Iterator[ReleasedServer]:
    """Run a released server, installed by npm if need be, until the block ends."""
    home = _install(release)
    port, clock_port = _free_port(), _free_port()
    with tempfile.TemporaryDirectory() as data:
        environment = _environment(data, port, clock_port)
        command = ["node", "--import", str(home / "clock.mjs"), str(home / "server.mjs")]
        with _running(command, "READY", Path(data), environment):
            server = ReleasedServer(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{clock_port}")
            with server.client:
                yield server


def _environment(data: str, port: int, clock_port: int) -> dict[str, str]:
    """Return the environment variables of a released server with that data directory."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": data,
        "SENTRY_DSN": "http://nobody@127.0.0.1:9/1",  # else it reports to a public address
        "SERVER_HOST": "127.0.0.1",
        "PORT": str(port),
        "CLOCK_PORT": str(clock_port),
        "PGLITE_DATA_DIR": f"{data}/database",
        "LOG_LEVEL": "error",
        "ELIZA_CHARACTER": json.dumps(_CHARACTER),
        "ELIZA_REPLY": REPLY,
    }


@contextmanager
def stand_in(persona: str) -> Iterator[StandIn]:
    """Run the stand-in with a persona and the same agent, until the block ends."""
    command = [*UNDERSTUDY, "serve", "--port", "0", "--persona", f"eliza={persona}"]
    with _running(command, "Try: ", ROOT, None) as output:
        url = re.search(r"reference at (http://\S+?)/$", output, re.MULTILINE)
        assert url, output
        server = StandIn(url[1])
        replies = [{"text": REPLY, "thought": "I listen.", "actions": ["REPLY"]}]
        agent = {**_CHARACTER, "settings": {"replies": replies}}
        with server.client:
            server.send("PATCH", f"/api/agents/{AGENT}", json=agent).raise_for_status()
            yield server


def _install(release: str) -> Path:
    """Return the directory of a released server; install it if it is not there."""
    home = _CACHE / f"eliza-{release}"
    stamp = home / ".understudy"
    if not stamp.exists():
        print(f"installing @elizaos/server {release} into {home} (once)...", file=sys.stderr)
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}\n')
        packages = [f"@elizaos/{name}@{release}" for name in ("server", "plugin-sql")]
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--silent"]
        subprocess.run(["npm", "install", *quiet, *packages], cwd=home, check=True)
        stamp.touch()
    for script in _SCRIPTS.glob("*.mjs"):
        shutil.copy(script, home)
    return home


@contextmanager
def _running(
    command: list[str], ready: str, directory: Path, environment: dict[str, str] | None
) -> Iterator[str]:
    """Run a process until the block ends; yield its output once a line begins with `ready`."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stdout=log, stderr=log, text=True
        )
        try:
            yield _wait_until_ready(process, log, ready)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[str], log: IO[str], ready: str) -> str:
    """Return the output. Raises SystemExit if the process ends or is not ready in time."""
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        log.seek(0)
        output = log.read()
        if any(line.startswith(ready) for line in output.splitlines()):
            return output
        time.sleep(0.1)
    log.seek(0)
    raise SystemExit(f"{process.args!r} did not start:\n{log.read()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
