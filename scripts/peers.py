"""Starts each peer with each document, lets `understudy check` judge it, and prints a table."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]

#: How each peer is started: with a document, on a port.
PEERS = {
    "prism": [
        "node",
        "node_modules/.bin/prism",
        "mock",
        "-h",
        "127.0.0.1",
        "-p",
        "{port}",
        "{document}",
    ],
    "scalar": ["node", "scalar.mjs", "{document}", "{port}"],
    "openapi-backend": ["node", "backend.mjs", "{document}", "{port}"],
}
KEYS = {"zep": "peers", "eliza": None}
HEAD = ("peer", "api", "kept", "broken", "not judged", "shape", "requests", "seconds", "code")
ROW = "{:<16} {:<6} {:>5} {:>7} {:>11} {:>9} {:>9} {:>8}  {}"


@contextmanager
def serving(home: Path, command: list[str], document: Path) -> Iterator[str]:
    """The URL of a peer that serves a document, once it answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
    words = [word.format(port=port, document=document) for word in command]
    with (home / "peer.log").open("w") as log:
        process = subprocess.Popen(words, cwd=home, stdout=log, stderr=log)
    try:
        _await(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url, timeout=5)
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit(f"the peer did not start: see peer.log ({process.poll()})")


def judged(
    url: str, api: str, report: Path, options: list[str]
) -> tuple[dict[str, Any], float, int]:
    """The report on a server, the seconds that it took, and the code."""
    key = ["--api-key", KEYS[api]] if KEYS[api] else []
    words = [sys.executable, "-m", "understudy", "check", url, "--api", api, *key]
    began = time.monotonic()
    code = subprocess.run(
        [*words, *options, "--format", "json", "--output", str(report)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode
    return json.loads(report.read_text()), time.monotonic() - began, code


def main(home: Path, words: list[str]) -> None:
    """Judge the peers that are wanted, or all, with these options of `understudy check`."""
    wanted = [word for word in words if word in PEERS]
    options = [word for word in words if word not in PEERS]
    print(ROW.format(*HEAD))
    for peer in wanted or PEERS:
        for api in KEYS:
            with serving(home, PEERS[peer], ROOT / "specs" / f"{api}.yaml") as url:
                report, took, code = judged(url, api, home / f"{peer}-{api}.json", options)
            rules = Counter(rule["verdict"] for rule in report["rules"])
            shape = sum(finding["tier"] == "shape" for finding in report["findings"])
            counts = [rules[verdict] for verdict in ("kept", "broken", "not judged")]
            row = (peer, api, *counts, shape, report["requests"], f"{took:.0f}", code)
            print(ROW.format(*row), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
