"""Imports the handlers of a project: a package of their own, with a module or a package an API."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Callable, Sequence
from inspect import iscoroutinefunction
from itertools import count
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from understudy.errors import UsageError
from understudy.serving.api import HOOKS, Handler

#: How the name of the package of a project's handlers begins; each gets a number of its own.
HANDLERS_PACKAGE = "understudy_handlers_"
_numbers = count(1)


def functions_of(modules: Sequence[ModuleType], *, allow_async: bool = False) -> dict[str, Handler]:
    """Return the public functions that the modules define, without the hooks and actions.

    Raises UsageError if two have the same name, or one is asynchronous.
    """
    functions: dict[str, Handler] = {}
    actions = {action for m in modules for action in getattr(m, "ACTIONS", {}).values()}
    for module in modules:
        for name, value in vars(module).items():
            if not isinstance(value, FunctionType) or value.__module__ != module.__name__:
                continue
            if name.startswith("_") or name in HOOKS or value in actions:
                continue
            if name in functions:
                raise UsageError(f"two handlers are named {name}; an operation can have only one")
            if iscoroutinefunction(value) and not allow_async:
                raise UsageError(f"the handler {name} is asynchronous; make it a plain function")
            functions[name] = value
    return functions


def import_handlers(directory: Path) -> ModuleType | None:
    """Import the handlers/ of a project as a package with a name of its own."""
    if not directory.is_dir():
        return None
    name = f"{HANDLERS_PACKAGE}{next(_numbers)}"
    init = directory / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        name, init if init.exists() else None, submodule_search_locations=[str(directory)]
    ) or importlib.util.spec_from_loader(name, None, is_package=True)
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    package.__path__ = [str(directory)]
    sys.modules[name] = package
    if spec.loader is not None:
        _with_usage_error(lambda: spec.loader.exec_module(package))  # type: ignore[union-attr]
    return package


def modules_of(package: ModuleType | None, name: str) -> list[ModuleType]:
    """Return the modules that hold the operations of an API: its package and each module at the
    top of it, except private ones; or the API's one module.

    Packages within are not searched: they hold what operations share.
    """
    if package is None or importlib.util.find_spec(f"{package.__name__}.{name}") is None:
        return []
    top = _import(f"{package.__name__}.{name}")
    names = [
        module.name
        for module in pkgutil.iter_modules(getattr(top, "__path__", ()))
        if not module.ispkg and not module.name.startswith("_")
    ]
    return [top, *(_import(f"{top.__name__}.{name}") for name in names)]


def reject_orphan_modules(package: ModuleType | None, names: set[str]) -> None:
    """Raise UsageError if there are handlers of an API that has no document."""
    for module in pkgutil.iter_modules(package.__path__ if package else ()):
        if not module.name.startswith("_") and module.name not in names:
            raise UsageError(
                f"handlers/{module.name} has no document: add specs/{module.name}.yaml, "
                "or begin the name with an underscore"
            )


def _import(name: str) -> ModuleType:
    module: ModuleType = _with_usage_error(lambda: importlib.import_module(name))
    return module


def _with_usage_error(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except Exception as error:  # a user's module may raise anything
        raise UsageError(
            f"a handler cannot be imported: {type(error).__name__}: {error}{_place(error)}"
        ) from error


def _place(error: Exception) -> str:
    """Return the line of the handlers at which they failed, as in ` (handlers/pets.py, line 1)`; a
    SyntaxError says it itself."""
    places = [
        f" ({frame.f_code.co_filename}, line {line})"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__", "").startswith(HANDLERS_PACKAGE)
    ]
    return places[-1] if places and not isinstance(error, SyntaxError) else ""
