"""`understudy routes`: list the operations that would be served, and how each is answered."""

from __future__ import annotations

import argparse

from understudy.commands.arguments import Commands, add_sources


def add(commands: Commands) -> None:
    """Add the command."""
    routes = commands.add_parser("routes", help="list the operations that would be served")
    add_sources(routes)
    routes.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print a line for each operation: "handler" runs a function, "example" is documented data."""
    from understudy.serving.project import load

    for api in load(options.sources, options.allow_refs):
        for operation in api.contract.operations:
            source = "handler" if api.handler(operation) else "example"
            path = operation.base_paths[0] + operation.path
            print(f"{api.name:10} {operation.method:7} {path:50} {operation.id:24} {source}")
    return 0
