"""The command line: the argument parser and the exit codes."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from understudy.commands import COMMANDS, serve
from understudy.commands.arguments import Commands
from understudy.commands.configuration import (
    ISOLATED,
    CommandParser,
    Setting,
    add_configuration,
    parse,
    with_sources,
)
from understudy.commands.output import printable, standard_streams
from understudy.errors import UsageError
from understudy.version import VERSION

if TYPE_CHECKING:
    from understudy.app import Understudy


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code: 0 for success, 1 for findings, 2 if it could not run
    or print its result."""
    with standard_streams() as output:
        code = _run(arguments)
        output.flush()
    return code if output.failure is None else 2


def _run(arguments: Sequence[str] | None) -> int:
    settings: list[Setting] = []
    try:
        given = sys.argv[1:] if arguments is None else arguments
        options, settings = parse(*_parser(), given, os.environ)
        options.settings = settings
        logging.basicConfig(
            level=getattr(options, "log_level", "warning").upper(),
            format="%(levelname)s: %(message)s",
            stream=sys.stderr,
        )
        code: int = options.command(options)
    except UsageError as error:
        return _print_error(with_sources(str(error), settings))
    except OSError as error:  # what the machine lacks, wherever a command meets it
        return _print_error(_reason(error))
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:  # of the parser, after --help or for arguments that are wrong
        return int(end.code or 0)
    return code


def _reason(error: OSError) -> str:
    """Return in one sentence what the machine refused."""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    if isinstance(error, FileNotFoundError):
        return "the current directory does not exist any more; change to another"
    return error.strerror or str(error)


def _print_error(sentence: str) -> int:
    """Print why a command could not run, in one line, and return the exit code for that."""
    print(f"understudy: {printable(sentence)}", file=sys.stderr)
    return 2


def _parser() -> tuple[argparse.ArgumentParser, Commands]:
    parser: argparse.ArgumentParser = CommandParser(
        prog="understudy",
        description="Stand-ins for real HTTP APIs, driven by their OpenAPI documents.",
    )
    parser.add_argument("--version", action="version", version=f"understudy {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    add_configuration(commands)
    return parser, commands


def app_of(arguments: Sequence[str]) -> Understudy:
    """Return the app that `understudy serve` serves with these arguments, and with no others from
    the environment or a file. Raises UsageError."""
    options, _ = parse(*_parser(), ["serve", *ISOLATED, *arguments], {})
    return serve.app_of(options, None)
