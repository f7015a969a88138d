"""Standard output and standard error, which may be closed, full, or unable to show a character."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast


class Output:
    """A standard stream that takes all that is written to it.

    What it cannot write is lost, and so is the rest; `failure` is then the reason, which is printed
    to standard error. A reader that has closed its end of a pipe wants no more, so that is no
    failure. Everything else is as the stream has it.
    """

    def __init__(self, stream: TextIO | None) -> None:
        # Python has no stream for a closed file descriptor. The null device gets its number, which
        # would otherwise be that of the next file or socket.
        self._stream: Any = stream or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        self.failure: OSError | None = None
        self.reconfigure(errors="backslashreplace")

    def reconfigure(self, **options: str) -> None:
        """Set the stream's encoding or how it writes other characters, if it has one."""
        if hasattr(self._stream, "reconfigure"):
            self._stream.reconfigure(**options)

    def write(self, text: str) -> int:
        """Write text, and return its length."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._lose(error)
        return len(text)

    def flush(self) -> None:
        """Write what is in the stream's buffer."""
        try:
            self._stream.flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        """Send this stream to the null device, with what is in its buffer."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())
        os.close(null)
        if not isinstance(error, BrokenPipeError):
            self.failure = error
            print(f"understudy: the output cannot be written: {error.strerror}", file=sys.stderr)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def standard_streams() -> Iterator[Output]:
    """Let both standard streams take all that is written, and yield standard output."""
    output, errors = Output(sys.stdout), Output(sys.stderr)
    with redirect_stdout(cast(TextIO, output)), redirect_stderr(cast(TextIO, errors)):
        yield output


def printable(text: str) -> str:
    """Return a text as one line that does nothing to a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def print_notice(text: str) -> None:
    """Print text that is not the result of the command, which goes on if it cannot be written."""
    print(text, flush=True)
    cast(Output, sys.stdout).failure = None


def print_data(text: str) -> None:
    """Print text for programs: it is UTF-8, whatever the terminal's encoding."""
    cast(Output, sys.stdout).reconfigure(encoding="utf-8", errors="backslashreplace")
    print(text)
