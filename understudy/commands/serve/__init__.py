"""`understudy serve`: serve stand-ins for APIs."""

from __future__ import annotations

from understudy.commands.arguments import Commands
from understudy.commands.serve.app import app_of
from understudy.commands.serve.command import run
from understudy.commands.serve.options import add_options


def add(commands: Commands) -> None:
    """Add the command."""
    serve = commands.add_parser(
        "serve", help="serve stand-ins for the APIs of a project or document"
    )
    add_options(serve)
    serve.set_defaults(command=run)


__all__ = ["add", "app_of", "run"]
