"""The report of `check` and `proxy`: to the terminal, to files, and to GitHub's jobs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from understudy.commands.output import print_data
from understudy.conformance.reports.formats import FORMATS, as_text
from understudy.conformance.reports.formats.github import as_job_summary
from understudy.conformance.reports.operation_index import OperationIndex
from understudy.conformance.reports.report import Report
from understudy.errors import UsageError
from understudy.files import check_writable, write_file
from understudy.openapi.contract import Contract
from understudy.report_formats.github import append_job_summary, without_commands

#: Moves the cursor to the start of a terminal's line, and erases the line.
ERASE_LINE = "\r\x1b[K"
#: The longest line for a terminal.
_WIDTH = 200


def check_reports_writable(options: argparse.Namespace) -> None:
    """Raise UsageError if a report cannot be written, before a long run."""
    for _, file in _files(options):
        check_writable(file)


def write_report(report: Report, contract: Contract, options: argparse.Namespace) -> int:
    """Write the report in the chosen formats, and return the exit code. Raises UsageError."""
    if sys.stderr.isatty():
        sys.stderr.write(ERASE_LINE)
    report.index = OperationIndex(contract, options.allow_refs, options.reference)
    shown = options.format if options.output is None else "text"
    if shown == "text":
        width = _WIDTH if sys.stdout.isatty() else None
        print(without_commands(as_text(report, verbose=options.verbose, width=width)))
    elif shown == "github":
        print(FORMATS[shown](report))
    else:
        print_data(FORMATS[shown](report))
    for name, file in _files(options):
        text = as_text(report, verbose=True) if name == "text" else FORMATS[name](report)
        write_file(file, f"{text}\n")
    if "github" in (options.format, *(name for name, _ in options.report)):
        append_job_summary(as_job_summary(report))
    if report.conforms:
        return 0
    return 1 if report.findings else 2


def _files(options: argparse.Namespace) -> list[tuple[str, Path]]:
    """Return the formats that go to files. Raises UsageError if two go to the same one."""
    files = [] if options.output is None else [(options.format, options.output)]
    files += options.report
    paths = [file for _, file in files]
    twice = next((file for file in paths if paths.count(file) > 1), None)
    if twice is not None:
        raise UsageError(f"two reports cannot both be {twice}: give each a file of its own")
    return files
