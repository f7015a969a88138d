"""Run `understudy check` against released ElizaOS servers.

Each release is started anew, is checked in all tiers, and once more for the operation that stops
it. The exit code is 0 if all of this came to its end and every finding is known (see known.py),
else 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.eliza_releases.conformance.report import print_summary
from tests.eliza_releases.conformance.run import TIERS, CheckReport, check

#: The persona of each release.
_PERSONAS = {"1.7.2": "1.7", "1.6.5": "docs"}

#: The operation that ends the server.
_STOP = "stopServer"


def main(arguments: list[str]) -> int:
    """Check; return 0 if all findings are known, else 1."""
    options = _parser().parse_args(arguments)
    results = [_check_release(release, options) for release in options.release]
    return 0 if all(results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/check-eliza")
    add = parser.add_argument
    add("--release", nargs="*", default=list(_PERSONAS), choices=list(_PERSONAS))
    add("--tier", nargs="*", default=list(TIERS), choices=TIERS)
    add("--any-persona", action="store_true", help="let the check find out the persona")
    add("--max-examples", default="2", metavar="N", help="of each operation; default: 2")
    add("--explore", default="400", metavar="N", help="requests of exploration; default: 400")
    add("--timeout", type=int, default=3600, metavar="S", help="of a check; default: an hour")
    add("--reports", type=Path, metavar="DIRECTORY", help="keep the reports there")
    return parser


def _check_release(release: str, options: argparse.Namespace) -> bool:
    """Check a release and print a summary; return whether all findings are known."""
    persona = None if options.any_persona else _PERSONAS[release]
    began = time.monotonic()
    words = ["--max-examples", options.max_examples, "--skip", _STOP]
    if "exploration" in options.tier:
        words += ["--explore", options.explore]
    reports = [check(release, persona, options.tier, words, options.timeout)]
    if "shape" in options.tier:
        only = ["--max-examples", "1", "--only", _STOP]
        reports.append(check(release, persona, ["shape"], only, options.timeout))
    if options.reports:
        _write(options.reports, f"{release}-{persona or 'any'}", reports)
    return print_summary(release, reports, round(time.monotonic() - began))


def _write(directory: Path, name: str, reports: list[CheckReport]) -> None:
    """Write each report into a file of the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for number, report in enumerate(reports):
        (directory / f"{name}-{number}.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
