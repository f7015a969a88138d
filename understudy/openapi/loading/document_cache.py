"""Cache of loaded documents, as JSON: YAML takes a hundred times as long to parse."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from understudy.version import VERSION

#: Documents that are kept; those that were not read for longest are deleted first.
MAX_DOCUMENTS = 200  # the bundled documents and their rules are 34
#: Changes with what the cache keeps of a document.
_FORMAT = "7"

T = TypeVar("T")


def key(*texts: str) -> str:
    """Return a key for what is made of these texts by this version of Understudy."""
    digest = sha256()
    for text in (VERSION, _FORMAT, *texts):
        content = text.encode("utf-8", "surrogatepass")
        digest.update(f"{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def read(key: str, kind: type[T]) -> T | None:
    """Return the value of a key, or None if it is not there or cannot be read."""
    try:
        path = _directory() / f"{key}.json"
        value = msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, RuntimeError, msgspec.DecodeError, RecursionError):
        return None
    with contextlib.suppress(OSError):  # a cache may be readable only
        os.utime(path)
    return value


def write(key: str, value: Any) -> None:
    """Keep the value of a key, if the cache can be written."""
    with contextlib.suppress(OSError, RuntimeError, TypeError, ValueError, RecursionError):
        _write(_directory() / f"{key}.json", msgspec.json.encode(value))


def parsed(text: str, parse: Callable[[str], Any]) -> Any:
    """Return what `parse` returns for a text, from the cache if it is there."""
    name = key(text)
    entry = read(name, _Parsed)
    if entry is None:
        entry = _Parsed(parse(text))
        write(name, entry)
    return entry.value


class _Parsed(msgspec.Struct):
    value: Any


def _directory() -> Path:
    """Return `$XDG_CACHE_HOME/understudy/documents`, by default below `~/.cache`.

    Raises RuntimeError without a home directory, as in some containers.
    """
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "understudy" / "documents"


def _write(path: Path, content: bytes) -> None:
    """Write a file atomically; if there are too many, delete those not used for longest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
    files = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime)
    for old in files[:-MAX_DOCUMENTS]:
        old.unlink()
