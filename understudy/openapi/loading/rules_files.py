"""The files with the rules of behaviour of a document."""

from __future__ import annotations

import os
from pathlib import Path


def rules_files(path: Path | None) -> list[Path]:
    """Return the files with the rules of the document at `path`, as far as there are any: in its
    directory NAME.arazzo.yaml, and in NAME/ all files with that ending."""
    if path is None:
        return []
    beside = path.with_name(f"{path.stem}.arazzo.yaml")
    within = sorted(path.with_suffix("").glob("*.arazzo.yaml"))
    # Unlike the method, `os.path.isfile` is no error for a name that is too long.
    return [file for file in (beside, *within) if os.path.isfile(file)]
