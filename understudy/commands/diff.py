"""`understudy diff`: what changed between two documents, and whether it breaks clients."""

from __future__ import annotations

import argparse

from understudy.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    diff = commands.add_parser(
        "diff", help="tell what changed between two documents, and what of it breaks clients"
    )
    for name in ("old", "new"):
        diff.add_argument(
            name, metavar=name.upper(), help="a document's path, or the name of an API"
        )
    diff.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    diff.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the changes; 1 where one of them breaks clients."""
    from understudy.http import json_codec
    from understudy.openapi.diff import as_json, as_text, changes
    from understudy.serving.project import find_contract

    found = changes(find_contract(options.old), find_contract(options.new))
    if options.format == "json":
        print(json_codec.encode(as_json(found)).decode())
    else:
        print(as_text(found))
    return 1 if any(change.breaks for change in found) else 0
