"""What the commands take: their common arguments, and how a text becomes a value."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

#: Where a command adds its parser.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which APIs it is about."""
    parser.add_argument(
        "sources",
        nargs="*",
        type=Path,
        metavar="PROJECT|DOCUMENT",
        help="a directory of specs/ and handlers/, or an OpenAPI 3.0 document; "
        "default: the APIs that come with Understudy",
    )


def add_report(parser: argparse.ArgumentParser) -> None:
    """Let a command be told how its report is wanted."""
    parser.add_argument(
        "--format",
        choices=("text", "json", "junit", "sarif", "github", "html"),
        default="text",
        help="default: text",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


def add_sides(parser: argparse.ArgumentParser) -> None:
    """Let a command on traffic be told whose faults fail it."""
    parser.add_argument(
        "--fail-on",
        choices=("server", "client", "both"),
        help="whose faults in traffic fail it; default: server, and both for a Pact file",
    )


def of_api(text: str) -> tuple[str, str]:
    """What stands for one API: `petstore=modern`."""
    api, sign, value = text.partition("=")
    if api and sign and value:
        return api, value
    raise argparse.ArgumentTypeError(f"{text!r} does not look like API=VALUE")


def secret(text: str) -> str:
    """What a header can carry."""
    if text and text.isascii() and text.isprintable() and text == text.strip():
        return text
    raise argparse.ArgumentTypeError("is empty, or has what no header can carry")


def port(text: str) -> int:
    """The number of a port."""
    if text.isdigit() and int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")


def positive(text: str) -> int:
    """A whole number above 0."""
    if text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")


def seconds(text: str) -> float:
    """A time above 0, and no longer than a day."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if 0 < value <= 86_400:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
