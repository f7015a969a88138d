"""Cache of parsed documents, as JSON: YAML takes a hundred times as long to parse."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

#: Documents that are kept; the oldest are deleted first.
MAX_DOCUMENTS = 50


def parsed(text: str, parse: Callable[[str], Any]) -> Any:
    """Return what `parse` returns for a text, from the user's cache directory if it is there.

    If the cache cannot be read or written, the text is parsed without it.
    """
    try:
        file = _directory() / f"{sha256(text.encode()).hexdigest()}.json"
    except RuntimeError:  # no home directory, as in some containers
        return parse(text)
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(file.read_bytes())
    value = parse(text)
    with contextlib.suppress(OSError, TypeError, ValueError, RecursionError):
        _write(file, msgspec.json.encode(value))
    return value


def _directory() -> Path:
    """Return `$XDG_CACHE_HOME/understudy/documents`, by default below `~/.cache`."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "understudy" / "documents"


def _write(path: Path, content: bytes) -> None:
    """Write a file atomically, and delete the oldest files if there are too many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
    files = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime)
    for old in files[:-MAX_DOCUMENTS]:
        old.unlink()
