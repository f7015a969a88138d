"""`understudy lint`: report errors and omissions in documents."""

from __future__ import annotations

import argparse

from understudy.commands.arguments import Commands, add_sources, plural


def add(commands: Commands) -> None:
    """Add the command."""
    lint = commands.add_parser("lint", help="report errors and omissions in OpenAPI documents")
    add_sources(lint)
    lint.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the findings; return 1 if there is one."""
    from understudy.openapi.lint.lint import lint
    from understudy.serving.project import documents

    count = 0
    for path in documents(options.sources):
        for finding in lint(path):
            print(f"{path}: {finding}")
            count += 1
    print(plural(count, "finding"))
    return 1 if count else 0
