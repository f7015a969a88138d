"""`understudy lint`: report the problems of documents."""

from __future__ import annotations

import argparse

from understudy.commands.arguments import Commands, add_sources, plural


def add(commands: Commands) -> None:
    """Add the command."""
    lint = commands.add_parser(
        "lint", help="report the problems of OpenAPI documents; exit code 1 only for errors"
    )
    add_sources(lint)
    lint.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the problems; return 1 if one of them is an error."""
    from understudy.openapi.lint.lint import lint
    from understudy.serving.project import documents

    problems = []
    for source in documents(options.sources):
        for problem in lint(source, options.allow_refs):
            print(problem.describe(str(source)))
            problems.append(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    print(f"{plural(errors, 'error')}, {plural(len(problems) - errors, 'warning')}")
    return 1 if errors else 0
