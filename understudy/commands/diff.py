"""`understudy diff`: list the changes between two documents, and what they mean for clients."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.commands.arguments import API, REPORT_FORMATS, Commands, add_allowed_refs
from understudy.commands.output import print_data

if TYPE_CHECKING:
    from understudy.openapi.contract import Contract
    from understudy.openapi.diff.report import DiffReport


def add(commands: Commands) -> None:
    """Add the command."""
    diff = commands.add_parser(
        "diff",
        help="list the changes between two documents, and what they mean for clients",
        description="List what a client of the OLD document could notice of the NEW one. A change "
        "is breaking if a client can fail by it, risky if one may depend on what has changed, else "
        "harmless. The exit code is 1 for breaking changes, unless --fail-on says otherwise.",
    )
    diff.add_argument("old", metavar="OLD", help=API)
    diff.add_argument("new", metavar="NEW", help="the same")
    add_allowed_refs(diff)
    diff.add_argument(
        "--fail-on",
        choices=("breaking", "risky", "never"),
        default="breaking",
        help="exit with 1 for changes of this level or worse; default: breaking",
    )
    diff.add_argument(
        "--level",
        choices=("breaking", "risky", "harmless"),
        default="harmless",
        help="the mildest level that is shown; default: harmless, which is all",
    )
    diff.add_argument(
        "--format",
        choices=REPORT_FORMATS,
        default="text",
        help="format of the report; default: text",
    )
    diff.add_argument(
        "--output", type=Path, metavar="FILE", help="file for the report; default: standard output"
    )
    diff.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Report the changes; return 1 if one of them fails the comparison."""
    from understudy.files import check_writable, write_file
    from understudy.openapi.diff.formats import FORMATS
    from understudy.openapi.diff.formats.machine_formats import job_summary
    from understudy.report_formats.github import append_job_summary, without_commands

    check_writable(options.output)
    report = _report(options)
    text = FORMATS[options.format](report)
    if options.output is not None:
        write_file(options.output, f"{text}\n")
        print(report.summary())
    elif options.format == "text":
        print(without_commands(text))
    elif options.format == "github":
        print(text)
    else:
        print_data(text)
    if options.format == "github":
        append_job_summary(job_summary(report))
    return 1 if report.fails else 0


def _report(options: argparse.Namespace) -> DiffReport:
    from understudy.openapi.contract import Contract
    from understudy.openapi.diff.contracts import list_changes
    from understudy.openapi.diff.level import Level
    from understudy.openapi.diff.report import DiffReport, located, unlocated
    from understudy.serving.project import find_document

    old, new = find_document(options.old), find_document(options.new)
    contracts = [Contract.load(source, allowed_refs=options.allow_refs) for source in (old, new)]
    changes = list_changes(*contracts)
    fail_on = None if options.fail_on == "never" else Level(options.fail_on)
    names = str(old), str(new)
    places = (
        unlocated(changes, *names)
        if options.format in ("text", "junit", "badge")
        else located(changes, old, new, options.allow_refs)
    )
    return DiffReport(*names, places, _operations(contracts[1]), fail_on, Level(options.level))


def _operations(contract: Contract) -> list[str]:
    from understudy.openapi.diff.contracts import title_of

    return [title_of(operation) for operation in contract.operations]
