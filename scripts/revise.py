"""Adds a revision to the changelog of a document of ours."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from understudy.openapi.contract import Contract
from understudy.openapi.diff import list_changes
from understudy.openapi.diff.changelog import (
    Revision,
    as_yaml,
    by_operation,
    fingerprint,
    read_revisions,
)

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Write it; 2 where nothing changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of the document, as in specs/NAME.yaml")
    parser.add_argument("why", help="one sentence: what this revision is for")
    options = parser.parse_args()
    path = ROOT / "specs" / f"{options.name}.yaml"
    log = path.with_name(f"{path.stem}.changes.yaml")
    new = Contract.load(path)
    print_ = fingerprint(new.document)
    earlier = read_revisions(path)
    if earlier and earlier[0].fingerprint == print_:
        print(f"nothing that clients notice changed since revision {earlier[0].revision}")
        return 2
    found = list_changes(_before(path, log), new) if earlier else []
    today = date.today().isoformat()
    number = earlier[0].revision + 1 if earlier else 1
    added = Revision(number, today, print_, options.why, by_operation(found))
    log.write_text(as_yaml([added, *earlier]), encoding="utf-8")
    print(f"{log.name}: revision {number}, {len(found)} changes")
    return 0


def _before(path: Path, log: Path) -> Contract:
    """The document as it was when its changelog was last written."""
    last = _git("log", "-1", "--format=%H", "--", str(log.relative_to(ROOT))).strip()
    text = _git("show", f"{last}:{path.relative_to(ROOT)}")
    with tempfile.TemporaryDirectory() as directory:
        old = Path(directory) / path.name
        old.write_text(text, encoding="utf-8")
        return Contract.load(old)


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
