"""The two servers of the comparison: a released ElizaOS server and the stand-in."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
CACHE = Path.home() / ".cache" / "understudy"

AGENT = "11111111-1111-4111-8111-111111111111"
#: What the agent says to everything, on either side.
REPLY = "I see. Tell me more."
CHARACTER = {
    "id": AGENT,
    "name": "Eliza",
    "username": "eliza",
    "bio": ["A patient listener who answers with questions"],
    "settings": {},
    "plugins": [],
}

#: How long a server may take to start, and to stop.
_START, _STOP = 120, 20


class Side:
    """One server: where it is, what its time is ahead by, and what was noted of its answers."""

    def __init__(self, url: str, values: dict[str, str]) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        self.values = values
        self.ahead = 0

    def filled(self, value: Any) -> Any:
        """A template with what was noted in the place of `{names}`."""
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", lambda found: self.values[found[1]], value)
        if isinstance(value, dict):
            return {self.filled(name): self.filled(item) for name, item in value.items()}
        return [self.filled(item) for item in value] if isinstance(value, list) else value

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer to a request."""
        url = self.client.base_url.raw_path.decode().rstrip("/") + self.filled(path)
        return self.client.request(method, url, **{k: self.filled(v) for k, v in more.items()})

    def set_ahead(self, milliseconds: int) -> None:
        """Move the server's time that far beyond the true one."""
        raise NotImplementedError


class Released(Side):
    """A released server, whose clock has a port of its own."""

    def __init__(self, url: str, clock: str, values: dict[str, str]) -> None:
        super().__init__(url, values)
        self.clock = clock

    def set_ahead(self, milliseconds: int) -> None:
        """See `Side`."""
        httpx.get(self.clock, params={"offsetMs": milliseconds}).raise_for_status()
        self.ahead = milliseconds


class StandIn(Side):
    """The stand-in, in a namespace of its own."""

    def set_ahead(self, milliseconds: int) -> None:
        """See `Side`."""
        duration = f"PT{(milliseconds - self.ahead) // 1000}S"
        answer = self.client.post("/_understudy/clock", json={"advance": duration})
        answer.raise_for_status()
        self.ahead = milliseconds


@contextmanager
def released(version: str) -> Iterator[Released]:
    """A released server, installed if need be, until the block ends."""
    home = _installed(version)
    port, clock = _free_port(), _free_port()
    with tempfile.TemporaryDirectory() as data:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": data,
            "SENTRY_DSN": "http://nobody@127.0.0.1:9/1",  # else it reports to a public address
            "SERVER_HOST": "127.0.0.1",
            "PORT": str(port),
            "CLOCK_PORT": str(clock),
            "PGLITE_DATA_DIR": f"{data}/database",
            "LOG_LEVEL": "error",
            "ELIZA_CHARACTER": json.dumps(CHARACTER),
            "ELIZA_REPLY": REPLY,
        }
        command = ["node", "--import", str(home / "clock.mjs"), str(home / "server.mjs")]
        with _running(command, "READY", cwd=Path(data), env=environment):
            yield Released(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{clock}", {})


@contextmanager
def stand_in(persona: str) -> Iterator[StandIn]:
    """The stand-in in a persona, until the block ends."""
    command = [sys.executable, "-m", "understudy", "serve", "--port", "0"]
    command += ["--persona", f"eliza={persona}"]
    with _running(command, "Try: ", cwd=HERE.parent, env=None) as banner:
        found = re.search(r"reference at (http://\S+?)/$", banner, re.MULTILINE)
        assert found, banner
        side = StandIn(found[1], {})
        replies = [{"text": REPLY, "thought": "I listen.", "actions": ["REPLY"]}]
        changes = {**CHARACTER, "settings": {"replies": replies}}
        side.send("PATCH", f"/api/agents/{AGENT}", json=changes).raise_for_status()
        yield side


def _installed(version: str) -> Path:
    """The directory of a released server, from npm where it is not there yet."""
    home = CACHE / f"eliza-{version}"
    done = home / ".understudy"
    if not done.exists():
        print(f"installing @elizaos/server {version} into {home} (once)...", file=sys.stderr)
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}\n')
        packages = [f"@elizaos/{name}@{version}" for name in ("server", "plugin-sql")]
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--silent"]
        subprocess.run(["npm", "install", *quiet, *packages], cwd=home, check=True)
        done.touch()
    for script in (HERE / "eliza-server").glob("*.mjs"):
        shutil.copy(script, home)
    return home


@contextmanager
def _running(
    command: list[str], ready: str, *, cwd: Path, env: dict[str, str] | None
) -> Iterator[str]:
    """A process that has said it is ready, until the block ends; what it said."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=log, text=True)
        try:
            yield _wait_for(process, log, ready)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: subprocess.Popen[str], log: Any, ready: str) -> str:
    until = time.monotonic() + _START
    while time.monotonic() < until and process.poll() is None:
        log.seek(0)
        said: str = log.read()
        if any(line.startswith(ready) for line in said.splitlines()):
            return said
        time.sleep(0.1)
    log.seek(0)
    raise SystemExit(f"{process.args!r} did not start:\n{log.read()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
