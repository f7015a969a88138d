"""The token of the control API: an option, or a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.commands.arguments import secret
from understudy.errors import UsageError

#: The part of a token's file that is read, in bytes.
_MOST_BYTES = 10_000


def token_of(options: argparse.Namespace) -> str | None:
    """Return the token of the control API, or None without one. Raises UsageError."""
    given: str | None = options.token
    if given is not None or options.token_file is None:
        return given
    return _checked_token(options.token_file, _line(options.token_file))


def _line(path: Path) -> str:
    """Return the text of a file without the newline at its end. Raises UsageError."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("latin-1")
    except OSError as error:
        raise UsageError(f"--token-file {path} cannot be read: {error.strerror}") from None
    return text.removesuffix("\n").removesuffix("\r")


def _checked_token(path: Path, text: str) -> str:
    try:
        return secret(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"--token-file {path}: {error}") from None
