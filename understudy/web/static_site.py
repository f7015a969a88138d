"""Write the reference as files, for any web host."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from understudy.errors import UsageError
from understudy.files import write_whole
from understudy.serving.api import Api
from understudy.web.app import create_files
from understudy.web.links import file_of

#: Lists the files that a build wrote into a directory; the next build may replace them.
MARKER = ".understudy-docs.json"
#: Without this file, GitHub Pages leaves out files whose names begin with an underscore.
_NO_JEKYLL = ".nojekyll"


class BuildResult(NamedTuple):
    """How many files a build wrote, how many of them are pages, and all their bytes."""

    files: int
    pages: int
    size: int


def build(directory: Path, apis: Sequence[Api], control_api: Api | None = None) -> BuildResult:
    """Write the reference of these APIs. Raises UsageError if the directory cannot take it."""
    _clear(directory)
    files = {**dict(_files(apis, control_api)), _NO_JEKYLL: b""}
    # The marker is the first: the next build can then remove the files of one that was stopped.
    contents = {MARKER: json.dumps(sorted(files), indent=1).encode(), **files}
    try:
        for name, content in contents.items():
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, content)
    except OSError as error:
        _remove(directory, files)
        raise UsageError(f"cannot write to {directory}: {error.strerror}") from None
    pages = sum(1 for name in contents if name.endswith(".html"))
    return BuildResult(len(contents), pages, sum(map(len, contents.values())))


def _files(apis: Sequence[Api], control_api: Api | None) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file that can be reached from the home page by links."""
    linked: dict[str, None] = {"/": None}
    client = create_files(apis, linked, control_api).test_client()
    done: set[str] = set()
    while left := [address for address in linked if address not in done]:
        for address in left:
            done.add(address)
            with client.get(address) as response:
                if response.status_code != 200:
                    reason = _first_paragraph(response.get_data(as_text=True))
                    raise UsageError(f"the page {address} cannot be made: {reason}")
                yield unquote(file_of(address)), response.data


def _first_paragraph(page: str) -> str:
    """Return the text of a page's first paragraph; on an error page that is the reason."""
    return unescape(page.partition("<p>")[2].partition("</p>")[0])


def _clear(directory: Path) -> None:
    """Remove the files of an earlier build.

    Raises UsageError if the directory has other files and no earlier build.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            _remove(directory, _names(directory))
    except FileExistsError:
        raise UsageError(f"{directory} is a file; give a directory") from None
    except OSError as error:
        raise UsageError(f"cannot write to {directory}: {error.strerror}") from None


def _names(directory: Path) -> list[str]:
    """Return the names of the files that an earlier build wrote. Raises UsageError or OSError."""
    try:
        return msgspec.json.decode((directory / MARKER).read_bytes(), type=list[str])
    except (FileNotFoundError, msgspec.DecodeError):
        raise UsageError(
            f"{directory} is not empty, and `understudy docs build` did not make its files; "
            "give an empty directory, or a new one"
        ) from None


def _remove(directory: Path, names: Iterable[str]) -> None:
    """Remove the files of these names below a directory. Raises OSError."""
    for name in names:
        file = directory / name
        if directory.resolve() in file.resolve().parents:
            file.unlink(missing_ok=True)
