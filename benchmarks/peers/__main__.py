"""Run `understudy check` on other mock servers, each with each of our documents.

Prints what became of the rules, findings of the tier "shape", requests, seconds and the exit code
of the check. The reports are written beside the installed peers, as PEER-API.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.commands import ROOT
from benchmarks.peers.servers import PEERS, running

#: The options of the check for each API.
_APIS: Mapping[str, tuple[str, ...]] = {"zep": ("--api-key", "peers"), "eliza": ()}

_HEAD = ("peer", "api", "kept", "broken", "not judged", "shape", "requests", "seconds", "code")
_ROW = "{:<16} {:<6} {:>5} {:>7} {:>11} {:>9} {:>9} {:>8}  {}"


class CheckResult(NamedTuple):
    """The JSON report of a check, its duration in seconds, and its exit code."""

    report: dict[str, Any]
    seconds: float
    code: int


def main(arguments: Sequence[str]) -> None:
    """Check the named peers, or all of them."""
    options, check_options = _parser().parse_known_args(arguments)
    print(_ROW.format(*_HEAD))
    for peer in options.peer or PEERS:
        for api in _APIS:
            document = ROOT / "specs" / f"{api}.yaml"
            with running(peer, options.home, document) as url:
                path = options.home / f"{peer}-{api}.json"
                result = _check(url, api, path, check_options)
            print(_ROW.format(peer, api, *_figures(result)), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/peers",
        usage="%(prog)s [-h] [--peer NAME] [options of `understudy check`]",
        description=__doc__,
        allow_abbrev=False,
    )
    parser.add_argument("--home", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--peer", action="append", choices=list(PEERS), help="repeatable")
    return parser


def _check(url: str, api: str, path: Path, options: Sequence[str]) -> CheckResult:
    """Check a server; write the JSON report to `path`. Raises SystemExit if there is no report."""
    path.unlink(missing_ok=True)
    command = [sys.executable, "-m", "understudy", "check", url, "--api", api, *_APIS[api]]
    command += [*options, "--format", "json", "--output", str(path)]
    began = time.monotonic()
    check = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if not path.exists():
        raise SystemExit(f"{' '.join(command)} wrote no report:\n{check.stderr}")
    return CheckResult(json.loads(path.read_text()), seconds, check.returncode)


def _figures(result: CheckResult) -> list[object]:
    """Return the figures of a row of the table."""
    verdicts = Counter(rule["verdict"] for rule in result.report["rules"])
    shape = sum(finding["tier"] == "shape" for finding in result.report["findings"])
    return [
        *(verdicts[verdict] for verdict in ("kept", "broken", "not judged")),
        *(shape, result.report["requests"], f"{result.seconds:.0f}", result.code),
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
