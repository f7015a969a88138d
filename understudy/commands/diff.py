"""`understudy diff`: list the changes between two documents, and which of them break clients."""

from __future__ import annotations

import argparse

from understudy.commands.arguments import Commands, add_allowed_refs
from understudy.commands.output import print_data


def add(commands: Commands) -> None:
    """Add the command."""
    diff = commands.add_parser(
        "diff", help="list the changes between two documents, and which of them break clients"
    )
    for name in ("old", "new"):
        diff.add_argument(
            name,
            metavar=name.upper(),
            help="the path or URL of a document, a project's directory, or the name of an API",
        )
    add_allowed_refs(diff)
    diff.add_argument(
        "--format", choices=("text", "json"), default="text", help="output format; default: text"
    )
    diff.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the changes; return 1 if one of them breaks clients."""
    from understudy.http import json_codec
    from understudy.openapi.diff import as_json, as_text, list_changes
    from understudy.serving.project import find_contract

    old, new = (find_contract(api, options.allow_refs) for api in (options.old, options.new))
    changes = list_changes(old, new)
    if options.format == "json":
        print_data(json_codec.encode(as_json(changes)).decode())
    else:
        print(as_text(changes))
    return 1 if any(change.breaks for change in changes) else 0
