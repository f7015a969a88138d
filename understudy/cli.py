"""The command line: the argument parser and the exit codes."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from understudy.commands import COMMANDS, serve
from understudy.errors import UsageError
from understudy.version import VERSION

if TYPE_CHECKING:
    from understudy.app import Understudy


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code: 0 for success, 1 for findings, 2 if it could not
    run."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=getattr(options, "log_level", "warning").upper(),
        format="%(levelname)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        code: int = options.command(options)
    except UsageError as error:
        print(f"understudy: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="understudy",
        description="Stand-ins for real HTTP APIs, driven by their OpenAPI documents.",
    )
    parser.add_argument("--version", action="version", version=f"understudy {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


def app_of(arguments: Sequence[str]) -> Understudy:
    """Return the app that `understudy serve` serves with these arguments. Raises UsageError."""
    return serve.app_of(_parser().parse_args(["serve", *arguments]), None)
