"""Add a revision to the changelog of one of our documents.

Compares the document with its state in the commit that last changed the changelog. The exit code
is 2 if nothing that clients notice has changed, else 0.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import Change
from understudy.openapi.diff.changelog import (
    Revision,
    as_yaml,
    by_operation,
    fingerprint,
    read_revisions,
)
from understudy.openapi.diff.contracts import list_changes

ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str]) -> int:
    """Add the revision; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/revise", description=__doc__)
    parser.add_argument("name", help="of the document: NAME of specs/NAME.yaml")
    parser.add_argument("why", help="the reason for the revision, in one sentence")
    options = parser.parse_args(arguments)
    path = ROOT / "specs" / f"{options.name}.yaml"
    revisions = read_revisions(path)
    contract = Contract.load(path)
    if revisions and revisions[0].fingerprint == fingerprint(contract.source):
        number = revisions[0].revision
        print(f"nothing that clients notice has changed since revision {number}")
        return 2
    _add(revisions, contract, path, options.why)
    return 0


def _add(revisions: Sequence[Revision], contract: Contract, path: Path, why: str) -> None:
    """Write the changelog of the document at `path` with a new revision before the others."""
    changelog = path.with_name(f"{path.stem}.changes.yaml")
    new_changes: list[Change] = []
    if revisions:
        new_changes = list_changes(_committed(path, changelog), contract)
    number = revisions[0].revision + 1 if revisions else 1
    revision = Revision(
        number,
        date.today().isoformat(),
        fingerprint(contract.source),
        why,
        by_operation(new_changes),
    )
    changelog.write_text(as_yaml([revision, *revisions]), encoding="utf-8")
    plural = "" if len(new_changes) == 1 else "s"
    print(f"{changelog.name}: revision {number}, {len(new_changes)} change{plural}")


def _committed(path: Path, changelog: Path) -> Contract:
    """Return the document in the commit that last changed its changelog."""
    commit = _git("log", "-1", "--format=%H", "--", str(changelog.relative_to(ROOT))).strip()
    with tempfile.TemporaryDirectory() as directory:
        archive = Path(directory) / "specs.tar"  # the document refers to files beside it
        _git("archive", f"--output={archive}", commit, str(path.parent.relative_to(ROOT)))
        shutil.unpack_archive(archive, directory)
        return Contract.load(Path(directory) / path.relative_to(ROOT))


def _git(*words: str) -> str:
    """Return the output of git in this repository."""
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
