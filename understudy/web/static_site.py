"""The reference as files, for any web host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from understudy.errors import UsageError
from understudy.serving.api import Api
from understudy.web.app import create_files
from understudy.web.links import file_of

#: Names the files that we wrote into a directory, and so may replace.
MARKER = ".understudy-docs.json"
#: Without it, some hosts leave files out whose names they have a use for.
_PLAIN = ".nojekyll"


class Written(NamedTuple):
    """What a build came to: files, those of them that are pages, and bytes in all."""

    files: int
    pages: int
    size: int


def build(directory: Path, apis: Sequence[Api], side_door: Api | None = None) -> Written:
    """Write the reference of these APIs. Raises UsageError where it cannot be written there."""
    _claim(directory)
    contents = dict(_files(apis, side_door))
    contents[_PLAIN] = b""
    contents[MARKER] = json.dumps(sorted(contents), indent=1).encode()
    try:
        for name, content in contents.items():
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"cannot write {error.filename}: {error.strerror}") from None
    pages = sum(1 for name in contents if name.endswith(".html"))
    return Written(len(contents), pages, sum(map(len, contents.values())))


def _files(apis: Sequence[Api], side_door: Api | None) -> Iterator[tuple[str, bytes]]:
    """Every file that home leads to, by links; its name, and what is in it."""
    wanted: dict[str, None] = {"/": None}
    client = create_files(apis, wanted, side_door).test_client()
    done: set[str] = set()
    while left := [address for address in wanted if address not in done]:
        for address in left:
            done.add(address)
            with client.get(address) as answer:
                if answer.status_code != 200:
                    told = _reason(answer.get_data(as_text=True))
                    raise UsageError(f"the page {address} cannot be made: {told}")
                yield unquote(file_of(address)), answer.data


def _reason(page: str) -> str:
    """The first paragraph of a page that says what is wrong."""
    return unescape(page.partition("<p>")[2].partition("</p>")[0])


def _claim(directory: Path) -> None:
    """Remove what we wrote there before. Raises UsageError where there is anything else."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not any(directory.iterdir()):
            return
        for name in json.loads((directory / MARKER).read_bytes()):
            file = directory / name
            if directory.resolve() in file.resolve().parents:
                file.unlink(missing_ok=True)
    except FileExistsError:
        raise UsageError(f"{directory} is a file; give a directory") from None
    except (FileNotFoundError, ValueError, TypeError):
        raise UsageError(
            f"{directory} is not empty, and nothing that `understudy docs build` made; "
            "give an empty directory, or a new one"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot write to {directory}: {error.strerror}") from None
