"""`understudy lint`: report the problems of documents, and of the rules beside them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from understudy.commands.arguments import Commands, add_sources, plural
from understudy.errors import UsageError
from understudy.openapi.loading.problem import SEVERITIES, DocumentProblem
from understudy.openapi.loading.rules_files import rules_files

if TYPE_CHECKING:
    from understudy.openapi.contract import Contract


def add(commands: Commands) -> None:
    """Add the command."""
    lint = commands.add_parser(
        "lint",
        help="report the problems of OpenAPI documents and of their rules; exit code 1 only for "
        "errors",
    )
    add_sources(lint)
    lint.add_argument(
        "--severity",
        choices=SEVERITIES,
        default="warning",
        help="the least severity that is shown; hints are what readers miss, such as descriptions "
        "and examples; default: warning",
    )
    lint.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the problems; return 1 if one of them is an error."""
    from understudy.openapi.contract import Contract
    from understudy.openapi.lint.lint import lint
    from understudy.serving.project import documents

    shown = SEVERITIES[: SEVERITIES.index(options.severity) + 1]
    counts: Counter[str] = Counter()
    for source in documents(options.sources):
        contract = Contract.load(source, allowed_refs=options.allow_refs)
        beside = [*rules_problems(contract), *_changelog_problems(contract)]
        for problem in [*lint(source, options.allow_refs), *beside]:
            counts[problem.severity] += 1
            if problem.severity in shown:
                print(problem.describe(str(source)))
    hidden = counts["hint"] and "hint" not in shown
    total = ", ".join(plural(counts[severity], severity) for severity in SEVERITIES)
    print(f"{total}{' (--severity hint shows them)' if hidden else ''}")
    return 1 if counts["error"] else 0


def rules_problems(contract: Contract) -> list[DocumentProblem]:
    """Return what is wrong in the rules beside a document; without any, this costs nothing."""
    if not rules_files(contract.path):
        return []
    from understudy.conformance.arazzo.workflow import rules_problems as problems_of

    return problems_of(contract)


def _changelog_problems(contract: Contract) -> Iterator[DocumentProblem]:
    """Yield why the changelog beside a document cannot be read, if so."""
    from understudy.openapi.diff.changelog import read_revisions

    try:
        if contract.path is not None:
            read_revisions(contract.path)
    except UsageError as error:
        yield DocumentProblem("", str(error))
