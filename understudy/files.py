"""Files: read as far as there is room for them, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from understudy.errors import UsageError

#: The largest file of the user that is read, in bytes.
MAX_BYTES = 64 * 1024 * 1024


def cache_directory() -> Path:
    """Return `$XDG_CACHE_HOME/understudy`, by default below `~/.cache`.

    Raises RuntimeError without a home directory, as in some containers.
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "understudy"


def read_bounded(path: Path) -> bytes:
    """Return the content of a file. Raises OSError, also if it is larger than `MAX_BYTES`."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        most = f"it is larger than {MAX_BYTES // 1024**2} MiB, which is the most"
        raise OSError(errno.EFBIG, most, str(path))
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, in the place of what has its name.

    Only a file that is complete gets the name: on a full disk the older file stays, and there is no
    other. It has the permissions of the older file. Raises OSError.
    """
    # The name is short: that of the file may be as long as the file system allows.
    unfinished = path.with_name(f".{os.urandom(8).hex()}")
    try:
        with unfinished.open("xb") as file:
            with suppress(FileNotFoundError):
                unfinished.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(content)
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def write_named(path: Path, content: bytes) -> None:
    """Write to what the user has named: a file whole, also behind a link; a device or a pipe as it
    is. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
    else:
        write_whole(path.resolve(), content)


def check_writable(file: Path | None) -> None:
    """Raise UsageError if a file could not be written later."""
    if file is None:
        return
    if not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: the directory {file.parent} does not exist")
    if file.is_dir():
        raise UsageError(f"{file} cannot be written: it is a directory")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise UsageError(f"{file} cannot be written: you have no permission for it")


def write_file(file: Path, text: str) -> None:
    """Write a file in UTF-8, whole or not at all. Raises UsageError."""
    try:
        write_named(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
