"""A project: a directory of specs/ and handlers/, paired by name; the bundled one or your own."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence
from inspect import iscoroutinefunction
from itertools import count
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.document import read, validation_errors
from understudy.serving.api import HOOKS, Api, Handler

_SUFFIXES = (".yaml", ".yml", ".json")

#: The names of what lies beside documents: the rules of an API, and its document's changelog.
_BESIDE = (".arazzo", ".changes")
_numbers = count(1)  # each project's handlers get a package name of their own


def functions_of(rooms: Iterable[ModuleType], *, allow_async: bool = False) -> dict[str, Handler]:
    """The public functions that are defined in the modules, but for the hooks.

    Raises UsageError where two have one name, or one is asynchronous.
    """
    found: dict[str, Handler] = {}
    for room in rooms:
        for name, value in vars(room).items():
            if not isinstance(value, FunctionType) or value.__module__ != room.__name__:
                continue
            if name.startswith("_") or name in HOOKS:
                continue
            if name in found:
                raise UsageError(f"two handlers are named {name}; an operation can have only one")
            if iscoroutinefunction(value) and not allow_async:
                raise UsageError(f"the handler {name} is asynchronous; make it a plain function")
            found[name] = value
    return found


def bundled() -> Path:
    """The project that comes with Understudy: in the wheel, or the checkout that it runs from."""
    package = Path(__file__).parents[1]
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent


def load(paths: Sequence[Path] = ()) -> list[Api]:
    """The APIs of each path, which is a project's directory or one document without handlers; of
    the bundled project where there is none. Raises UsageError."""
    apis: list[Api] = []
    for path in paths:
        _gate(documents([path]))
        apis += load_directory(path) if path.is_dir() else [Api(Contract.load(path))]
    if not paths:
        apis = load_directory(bundled())  # its documents passed the gate in our tests
    by_name: dict[str, Api] = {}
    for api in apis:
        if by_name.setdefault(api.name, api) is not api:
            raise UsageError(f"two documents are named {api.name!r}; rename one of the files")
    return apis


def load_directory(directory: Path) -> list[Api]:
    """The APIs of a project's directory. Raises UsageError."""
    package = _import_handlers(directory / "handlers")
    apis = [
        _api(path, _rooms(package, path.stem.replace(".", "_"))) for path in _documents(directory)
    ]
    _refuse_homeless(package, {api.name for api in apis})
    return apis


def _gate(paths: Iterable[Path]) -> None:
    """Refuse documents that are not valid OpenAPI, with the first fault of each."""
    for path in paths:
        found = validation_errors(read(path))
        if found:
            raise UsageError(
                f"{path} is not valid OpenAPI 3.0 ({len(found)} found): {found[0]}; "
                f"`understudy lint {path}` tells all"
            )


def documents(paths: Sequence[Path] = ()) -> list[Path]:
    """The documents of each path (a project's directory, or a document), or of the bundled
    project. Raises UsageError."""
    found: list[Path] = []
    for path in paths or [bundled()]:
        found += _documents(path) if path.is_dir() else [path]
    return found


def names(paths: Sequence[Path] = ()) -> list[str]:
    """The names of the APIs of each path, or of the bundled project. Raises UsageError."""
    return [path.stem.replace(".", "_") for path in documents(paths)]


def find_document(api: str) -> Path:
    """The document of a bundled API by its name, or any document by its path.

    Raises UsageError.
    """
    known = {path.stem: path for path in documents()}
    if api not in known and not Path(api).is_file():
        raise UsageError(
            f"there is no API {api!r}: name one of {', '.join(known)}, or give a document's path"
        )
    return known.get(api, Path(api))


def find_contract(api: str) -> Contract:
    """The contract in the document of that name or path. Raises UsageError."""
    return Contract.load(find_document(api))


def _documents(directory: Path) -> list[Path]:
    found = sorted(
        path
        for path in (directory / "specs").glob("*")
        if path.suffix in _SUFFIXES and not path.stem.endswith(_BESIDE)
    )
    if not found:
        raise UsageError(
            f"{directory} has no OpenAPI documents: a project keeps them in specs/, "
            "named after the API, as in specs/petstore.yaml"
        )
    return found


def _api(path: Path, rooms: list[ModuleType]) -> Api:
    return Api(Contract.load(path), functions_of(rooms), rooms[0] if rooms else None)


def _import_handlers(directory: Path) -> ModuleType | None:
    """The handlers/ of a project, as a package of a name that no other project has."""
    if not directory.is_dir():
        return None
    name = f"understudy_handlers_{next(_numbers)}"
    init = directory / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        name, init if init.exists() else None, submodule_search_locations=[str(directory)]
    ) or importlib.util.spec_from_loader(name, None, is_package=True)
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    package.__path__ = [str(directory)]
    sys.modules[name] = package
    if spec.loader is not None:
        _explained(lambda: spec.loader.exec_module(package))  # type: ignore[union-attr]
    return package


def _rooms(package: ModuleType | None, name: str) -> list[ModuleType]:
    """Return the modules that hold the operations of an API: its package and each module at the
    top of it, but for private ones; or the API's one module.

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


def _refuse_homeless(package: ModuleType | None, names: set[str]) -> None:
    for module in pkgutil.iter_modules(package.__path__ if package else ()):
        if not module.name.startswith("_") and module.name not in names:
            raise UsageError(
                f"handlers/{module.name} has no document: add specs/{module.name}.yaml, "
                "or begin the name with an underscore"
            )


def _import(name: str) -> ModuleType:
    module: ModuleType = _explained(lambda: importlib.import_module(name))
    return module


def _explained(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except Exception as error:  # whatever a user's module does at import
        raise UsageError(
            f"a handler cannot be imported: {type(error).__name__}: {error}"
        ) from error
