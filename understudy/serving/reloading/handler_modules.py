"""The modules of handlers packages, which are imported under a new name at each load."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from understudy.serving.handler_imports import HANDLERS_PACKAGE


@contextmanager
def loaded_anew(folders: Sequence[Path]) -> Iterator[None]:
    """Load modules in these folders anew within the block, and forget the former ones; or, if the
    block raises, those that it has loaded."""
    importlib.invalidate_caches()
    former = {name: sys.modules[name] for name in _modules_in(folders)}
    for name in former:
        if not name.startswith(HANDLERS_PACKAGE):
            del sys.modules[name]
    try:
        yield
    except BaseException:
        _forget([name for name in _modules_in(folders) if name not in former])
        sys.modules.update(former)
        raise
    _forget([name for name in former if name.startswith(HANDLERS_PACKAGE)])


def _forget(names: Sequence[str]) -> None:
    for name in names:
        sys.modules.pop(name, None)


def _modules_in(folders: Sequence[Path]) -> list[str]:
    """Return the names of the modules that were imported from these folders."""
    absolute = tuple(folder.absolute() for folder in folders)
    places = {name: _place_of(module) for name, module in list(sys.modules.items())}
    return [
        name
        for name, place in places.items()
        if place is not None and any(map(place.is_relative_to, absolute))
    ]


def _place_of(module: ModuleType) -> Path | None:
    """Return the file of a module, or the folder of a package without a file."""
    place = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    return None if place is None else Path(place).absolute()
