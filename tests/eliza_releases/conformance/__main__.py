"""Run `understudy check` against released ElizaOS servers.

A released server answers a limited number of requests in a quarter of an hour, so the rules,
operations and request sequences are checked in portions, each on a server of its own. The exit
code is 0 if every finding is known (see known.py), else 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.eliza_releases.conformance.portions import TIERS, Portion, portions
from tests.eliza_releases.conformance.report import print_summary
from tests.eliza_releases.conformance.run import CheckReport, check

#: The persona of each release.
_PERSONAS = {"1.7.2": "1.7", "1.6.5": "docs"}


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
    add("--workers", type=int, default=1, metavar="N", help="servers at a time; default: 1")
    add("--reports", type=Path, metavar="DIRECTORY", help="keep the reports there")
    return parser


def _check_release(release: str, options: argparse.Namespace) -> bool:
    """Check a release in portions and print a summary; return whether all findings are known."""
    persona = None if options.any_persona else _PERSONAS[release]
    chosen = [portion for tier in options.tier for portion in portions(tier)]
    with ThreadPoolExecutor(options.workers) as pool:
        reports = list(pool.map(lambda portion: check(release, persona, portion), chosen))
    if options.reports:
        name = f"{release}-{persona or 'any'}"
        _write(options.reports, name, zip(chosen, reports, strict=True))
    return print_summary(release, reports)


def _write(directory: Path, name: str, reports: Iterable[tuple[Portion, CheckReport]]) -> None:
    """Write each report into a file of the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for number, (portion, report) in enumerate(reports):
        path = directory / f"{name}-{portion.tier}-{number}.json"
        path.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
