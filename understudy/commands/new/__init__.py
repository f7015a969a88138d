"""`understudy new`: write a project to begin with."""

from __future__ import annotations

import argparse
import keyword
import re
from pathlib import Path

from understudy.commands.arguments import Commands, add_allowed_refs, document
from understudy.errors import UsageError

#: Names of fixtures of pytest and of Understudy, which the fixture of an API would hide.
_TAKEN = frozenset(
    [
        *("cache", "capfd", "capfdbinary", "caplog", "capsys", "capsysbinary", "monkeypatch"),
        *("doctest_namespace", "pytestconfig", "pytester", "record_property", "recwarn", "request"),
        *("tmp_path", "tmp_path_factory", "testdir", "tmpdir", "understudy", "client", "httpx"),
        *("pytest",),
    ]
)


def add(commands: Commands) -> None:
    """Add the command."""
    new = commands.add_parser(
        "new", help="write a project to begin with: a document, handlers, a test and a README"
    )
    new.add_argument(
        "directory",
        type=Path,
        metavar="NAME",
        help="the name of the API, or the path of a directory with that name: a new or empty one",
    )
    new.add_argument(
        "--from",
        dest="document",
        type=document,
        metavar="API",
        help="the path or URL of an OpenAPI document to begin with, of any version, or the name of "
        "an API; default: a small API with state",
    )
    add_allowed_refs(new)
    new.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Write the project, and print what to do with it."""
    from understudy.commands.new.project_files import project_files, write_files

    directory: Path = options.directory
    name = _checked_name(directory.resolve().name)
    _check_empty(directory)
    files = project_files(name, options.document, options.allow_refs)
    write_files(directory, files)
    print("\n".join(f"{directory / file}" for file in sorted(files)))
    print(f"Try: understudy serve {directory}, or pytest {directory}")
    return 0


def _checked_name(name: str) -> str:
    """Return a name for an API. Raises UsageError if it cannot be one."""
    plain = re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        proposal = f", such as {plain}" if re.fullmatch(r"[a-z][a-z0-9_]*", plain) else ""
        raise UsageError(
            f"{name!r} cannot be the name of an API: it is also that of a Python package and a "
            f"fixture; use small letters, digits and _ after a letter{proposal}"
        )
    if keyword.iskeyword(name) or name in _TAKEN:
        raise UsageError(
            f"{name!r} cannot be the name of an API: Python or pytest has it; use another, such as "
            f"{name}_api"
        )
    return name


def _check_empty(directory: Path) -> None:
    """Raise UsageError unless a directory can be written: it is not there, or it is empty."""
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; give the name of a new directory")
    if directory.is_dir() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty; give the name of a new directory")
    if not directory.exists() and not directory.parent.is_dir():
        raise UsageError(f"there is no directory {directory.parent}; make it first")
