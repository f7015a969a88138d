"""`understudy docs`: write the reference as files, and check their links."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.commands.arguments import Commands, add_sources, plural
from understudy.errors import UsageError


def add(commands: Commands) -> None:
    """Add the command and its subcommands."""
    docs = commands.add_parser("docs", help="write the reference as files, for any web host")
    subcommands = docs.add_subparsers(title="commands", required=True, metavar="COMMAND")
    build = subcommands.add_parser(
        "build",
        help="write the reference of APIs into a directory",
        description="Write the reference of APIs into a directory: of any OpenAPI document, 2.0 to "
        "3.2. Documents of one title, or that x-understudy-versions relates, are versions of one "
        "API, and are compared.",
    )
    build.add_argument(
        "directory",
        type=Path,
        metavar="DIR",
        help="the directory: a new or empty one, or one that was written before",
    )
    add_sources(build)
    build.set_defaults(command=run_build)
    check = subcommands.add_parser("check", help="list the dead links of a written reference")
    check.add_argument("directory", type=Path, metavar="DIR", help="the directory of its files")
    check.set_defaults(command=run_check)


def run_build(options: argparse.Namespace) -> int:
    """Write the files and check their links; return 1 if one is dead."""
    from understudy import control
    from understudy.commands.serve.banner import print_document_warnings
    from understudy.runtime.namespaces.memory_registry import MemoryRegistry
    from understudy.serving.outgoing.outgoing import Outgoing
    from understudy.serving.project import load
    from understudy.web.static_site import build

    apis = load(options.sources, options.allow_refs)
    _check_names([api.name for api in apis])
    print_document_warnings(apis)
    namespaces = MemoryRegistry()
    control_api = control.control_api(namespaces, apis, Outgoing(namespaces, apis))
    written = build(options.directory, apis, control_api)
    print(
        f"{options.directory}: {plural(written.pages, 'page')} in {plural(written.files, 'file')}, "
        f"{written.size / 1e6:.1f} MB; begin at {options.directory / 'index.html'}"
    )
    return run_check(options)


def _check_names(names: list[str]) -> None:
    """Raise UsageError if the directories of two APIs are one on some file systems."""
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(name.lower(), name)
        if other != name:
            raise UsageError(
                f"{other!r} and {name!r} are one name on file systems that do not tell upper from "
                "lower case; rename one of the documents"
            )


def run_check(options: argparse.Namespace) -> int:
    """Print the dead links; return 1 if there is one."""
    from understudy.web.dead_links import dead_links

    if not options.directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    links = list(dead_links(options.directory))
    for link in links:
        print(link)
    print(plural(len(links), "dead link"))
    return 1 if links else 0
