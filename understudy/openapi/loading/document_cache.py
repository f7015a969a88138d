"""Cache of loaded documents, as JSON: YAML takes a hundred times as long to parse.

A file of the cache is `[CHECKSUM, VALUE]`. One that is not as it was written counts as missing, and
is written anew.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import msgspec

from understudy.files import cache_directory, write_whole
from understudy.version import VERSION

#: Entries that are kept, and the bytes of all; those that were not read for longest are deleted
#: first. The bundled documents with their rules, and what their pages need, are about 200.
MAX_DOCUMENTS = 300
MAX_BYTES = 256 * 1024 * 1024
#: Changes with what the cache keeps of a document.
_FORMAT = "8"
_HEAD_SIZE = len('["01234567",')

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
        path = _path(key)
        content = _content(path)
        encoded = memoryview(content)[_HEAD_SIZE:-1]
        is_whole = content.startswith(_head(key, encoded)) and content.endswith(b"]")
        value = msgspec.json.decode(encoded, type=kind) if is_whole else None
    except (OSError, RuntimeError, msgspec.DecodeError, RecursionError):
        return None
    with contextlib.suppress(OSError):  # a cache may be readable only
        os.utime(path)
    return value


def write(key: str, value: Any) -> None:
    """Keep the value of a key, if the cache can be written."""
    with contextlib.suppress(OSError, RuntimeError, TypeError, ValueError, RecursionError):
        encoded = msgspec.json.encode(value)
        content = _head(key, encoded) + encoded + b"]"
        if len(content) <= MAX_BYTES:
            path = _path(key)
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
            write_whole(path, content)
            _delete_oldest(path.parent)


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


def _path(key: str) -> Path:
    """Return the file of a key. Raises RuntimeError without a home directory."""
    return cache_directory() / "documents" / f"{key}.json"


def _content(path: Path) -> bytes:
    """Return the content of a file that this module may have written: none of a link, a pipe or
    the like. Raises OSError."""
    status = path.lstat()
    is_ours = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
    return path.read_bytes() if is_ours else b""


def _head(key: str, value: bytes | memoryview) -> bytes:
    """Return what stands before a value in its file."""
    return b'["%08x",' % crc32(value, crc32(key.encode()))


def _delete_oldest(directory: Path) -> None:
    """Delete the files that were not used for longest, until there is room."""
    files = []
    for path in directory.iterdir():
        with contextlib.suppress(OSError):  # another process has deleted it
            status = path.lstat()
            files.append((status.st_mtime, status.st_size, path))
    kept = 0
    for number, (_, size, path) in enumerate(sorted(files, reverse=True), 1):
        kept += size
        if number > MAX_DOCUMENTS or kept > MAX_BYTES:
            with contextlib.suppress(OSError):  # it is a directory, or gone
                path.unlink()
