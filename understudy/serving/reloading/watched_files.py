"""The files that an app is made of, and whether they have changed.

They are looked at again and again, and no library watches them: it would have to begin anew after
each load, because other files may be referred to, and miss what changes meanwhile; and a file that
an editor replaces, or that another machine writes, tells nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from understudy.openapi.loading.retrieval import Source
from understudy.serving.api import Api
from understudy.serving.project import project_of

#: When a file was changed, and its size; None if there is no such file.
Stamp = tuple[int, int] | None

#: The endings of files beside a document.
_BESIDE = (".arazzo.yaml", ".changes.yaml")


def roots_of(sources: Iterable[Source], apis: Iterable[Api]) -> list[Path]:
    """Return the files and folders that the APIs of these sources are made of."""
    roots: dict[Path, None] = {}
    for source in sources:
        project = project_of(source)
        if project is not None:
            roots.update(dict.fromkeys([project / "specs", project / "handlers"]))
    for api in apis:
        roots.update(dict.fromkeys(_files_of(api)))
    return list(roots)


def _files_of(api: Api) -> Iterator[Path]:
    contract = api.contract
    if contract.path is not None:
        yield contract.path
        yield from (contract.path.with_name(contract.path.stem + each) for each in _BESIDE)
    for uri in () if contract.loaded is None else contract.loaded.others:
        parts = urlsplit(uri)
        if parts.scheme == "file":
            yield Path(url2pathname(parts.path))


def stamps_of(roots: Sequence[Path]) -> dict[Path, Stamp]:
    """Return the stamps of all files in some files and folders, hidden ones and Python's own left
    out."""
    return {file: _stamp(file) for root in roots for file in _files_in(root)}


def changed(before: dict[Path, Stamp], after: dict[Path, Stamp]) -> list[Path]:
    """Return the files that are new, gone or changed."""
    return sorted(path for path in before.keys() | after if before.get(path) != after.get(path))


def _files_in(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "." and name != "__pycache__"]
        yield from (Path(folder, name) for name in files if name[0] != "." and name[-1] != "~")


def _stamp(file: Path) -> Stamp:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
