"""Documents that were parsed before: YAML takes a hundred times as long as JSON."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

#: Parsed documents that are kept; the oldest go first.
MOST = 50


def parsed(text: str, parse: Callable[[str], Any]) -> Any:
    """What `parse` makes of a text, from the user's cache directory where it is there already.

    A cache that cannot be read or written is done without.
    """
    try:
        kept = _directory() / f"{sha256(text.encode()).hexdigest()}.json"
    except RuntimeError:  # nobody's home, as in some containers
        return parse(text)
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(kept.read_bytes())
    value = parse(text)
    with contextlib.suppress(OSError, TypeError, ValueError, RecursionError):
        _keep(kept, msgspec.json.encode(value))
    return value


def _directory() -> Path:
    """`$XDG_CACHE_HOME/understudy/documents`, by default below `~/.cache`."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "understudy" / "documents"


def _keep(path: Path, content: bytes) -> None:
    """Write a file in one step, and drop the oldest of too many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
    files = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime)
    for old in files[:-MOST]:
        old.unlink()
