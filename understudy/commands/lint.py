"""`understudy lint`: what is wrong with documents."""

from __future__ import annotations

import argparse

from understudy.commands.arguments import Commands, add_sources


def add(commands: Commands) -> None:
    """Add the command."""
    lint = commands.add_parser("lint", help="tell what is wrong with OpenAPI documents")
    add_sources(lint)
    lint.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print what is wrong; 1 where something is."""
    from understudy.openapi.lint import lint
    from understudy.serving.project import documents

    found = 0
    for path in documents(options.sources):
        faults = lint(path)
        found += len(faults)
        for fault in faults:
            print(f"{path}: {fault}")
    print(f"{found} found" if found else "nothing found")
    return 1 if found else 0
