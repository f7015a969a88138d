"""An HTTP Archive on disk that grows with each exchange."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from pathlib import Path

from understudy.files import write_whole
from understudy.http import json_codec
from understudy.http.har import har_entry
from understudy.http.messages import Exchange
from understudy.http.secrets import Secrets
from understudy.version import VERSION

_HEAD = (
    b'{"log": {"version": "1.2", '
    b'"creator": {"name": "understudy", "version": "%s"}, "entries": [' % VERSION.encode()
)
_TAIL = b"\n]}}\n"


class HarFile:
    """An archive that is a whole file after each exchange, so that a program that is killed leaves
    all that it has recorded. It is not kept in memory.

    The first exchange takes the place of what the file had before.
    """

    def __init__(self, path: Path, secrets: Secrets) -> None:
        self.path = path
        self._secrets = secrets
        self._file: io.FileIO | None = None
        self._end = 0
        self.count = 0

    def add(self, exchange: Exchange) -> None:
        """Write an exchange, with `***` in the place of credentials.

        Raises OSError; the file then has the exchanges before it.
        """
        entry = json_codec.encode(har_entry(exchange, self._secrets, exchange.origin))
        if self._file is None:
            self._begin(entry)
        else:
            self._append(self._file, entry)
        self.count += 1

    def close(self) -> None:
        """Close the file; `add` must not be called any more."""
        if self._file is not None:
            self._file.close()

    def _begin(self, entry: bytes) -> None:
        start = _HEAD + b"\n" + entry
        write_whole(self.path.resolve(), start + _TAIL)
        self._file = io.FileIO(self.path, "r+")
        self._end = len(start)

    def _append(self, file: io.FileIO, entry: bytes) -> None:
        addition = b",\n" + entry
        try:
            _write_at(file, self._end, addition + _TAIL)
        except OSError:
            with suppress(OSError):
                file.truncate(self._end + len(_TAIL))  # these bytes have their place on the disk
                _write_at(file, self._end, _TAIL)
            raise
        self._end += len(addition)


def _write_at(file: io.FileIO, place: int, content: bytes) -> None:
    """Write all of the content. Raises OSError."""
    file.seek(place, os.SEEK_SET)
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
