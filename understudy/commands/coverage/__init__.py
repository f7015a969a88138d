"""`understudy coverage`: report what recorded requests touched of an API's contract."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.commands.arguments import API, Commands, add_allowed_refs, file_or_url

if TYPE_CHECKING:
    from understudy.coverage.result import Coverage


def add(commands: Commands) -> None:
    """Add the command."""
    coverage = commands.add_parser(
        "coverage", help="report what recorded requests touched of an API's contract"
    )
    coverage.add_argument(
        "sources",
        nargs="+",
        type=file_or_url,
        metavar="SOURCE",
        help="the URL of a running stand-in, or of a namespace of it; a HAR, a VCR cassette or a "
        "Pact file; or a JSON report of this command, to add up",
    )
    coverage.add_argument(
        "--api",
        action="append",
        required=True,
        metavar="API",
        help=f"{API}; repeatable",
    )
    add_allowed_refs(coverage)
    coverage.add_argument(
        "--used",
        action="append",
        default=[],
        metavar="NAME",
        help="an operation that the program uses: its operationId, a tag, an API, or "
        "'METHOD /path'; * is a wildcard; repeatable; default: all of the APIs that had requests",
    )
    coverage.add_argument(
        "--fail-under",
        type=percentage,
        metavar="PERCENT",
        help="exit with 1 if fewer of the used operations were called",
    )
    coverage.add_argument(
        "--format",
        choices=("text", "json", "html"),
        default="text",
        help="format of the report; default: text",
    )
    coverage.add_argument(
        "--output", type=Path, metavar="FILE", help="file for the report; default: standard output"
    )
    coverage.set_defaults(command=run)


def percentage(text: str) -> float:
    """Return a number from 0 to 100."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if 0 <= value <= 100:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100")


def run(options: argparse.Namespace) -> int:
    """Report; return 0, or 1 if too few operations were called."""
    from understudy.commands.coverage.sources import collect
    from understudy.coverage.selection import failure
    from understudy.files import check_writable

    check_writable(options.output)
    coverage = collect(options.sources, options.api, options.allow_refs, options.used)
    _write(coverage, options)
    reason = "" if options.fail_under is None else failure(coverage, options.fail_under)
    if reason and (options.output or options.format == "text"):
        print(f"FAIL: {reason}")
    return 1 if reason else 0


def _write(coverage: Coverage, options: argparse.Namespace) -> None:
    from understudy.commands.output import print_data
    from understudy.coverage.html import as_html
    from understudy.coverage.json_format import as_json
    from understudy.coverage.text import as_text
    from understudy.files import write_file

    text = {"text": as_text, "json": as_json, "html": as_html}[options.format](coverage)
    if options.output is not None:
        write_file(options.output, text + "\n")
        print(as_text(coverage))
    elif options.format == "text":
        print(text)
    else:
        print_data(text)
