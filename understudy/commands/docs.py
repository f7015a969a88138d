"""`understudy docs`: the reference as files, and whether their links land."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.commands.arguments import Commands, add_sources
from understudy.errors import UsageError


def add(commands: Commands) -> None:
    """Add the command, which has commands of its own."""
    docs = commands.add_parser("docs", help="write the reference as files, for any web host")
    verbs = docs.add_subparsers(title="commands", required=True, metavar="COMMAND")
    build = verbs.add_parser("build", help="write the reference of APIs into a directory")
    build.add_argument(
        "directory", type=Path, metavar="DIR", help="where: an empty or new one, or an earlier one"
    )
    add_sources(build)
    build.set_defaults(command=run_build)
    check = verbs.add_parser("check", help="tell which links of such files lead nowhere")
    check.add_argument("directory", type=Path, metavar="DIR", help="where they are")
    check.set_defaults(command=run_check)


def run_build(options: argparse.Namespace) -> int:
    """Write the files and check them; 1 where a link leads nowhere."""
    from understudy import control
    from understudy.runtime.namespace import NamespaceRegistry
    from understudy.serving.project import load
    from understudy.web.static_site import build

    apis = load(options.sources)
    written = build(options.directory, apis, control.control_api(NamespaceRegistry(), apis))
    print(
        f"{options.directory}: {written.pages} pages in {written.files} files, "
        f"{written.size / 1e6:.1f} MB; begin at {options.directory / 'index.html'}"
    )
    return run_check(options)


def run_check(options: argparse.Namespace) -> int:
    """Print the links that lead nowhere; 1 where one does."""
    from understudy.web.dead_links import dead_links

    if not options.directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    found = list(dead_links(options.directory))
    for told in found:
        print(told)
    print(f"{len(found)} dead links" if found else "no dead link")
    return 1 if found else 0
