"""Loads projects: directories with specs/ and handlers/, which belong together by their names."""

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
from understudy.openapi.contract import Contract
from understudy.openapi.loading.loader import name_of
from understudy.openapi.loading.retrieval import Source, is_url
from understudy.serving.api import HOOKS, Api, Handler
from understudy.serving.handlers_package.shared_state import share_states
from understudy.suggestions import hint

_SUFFIXES = (".yaml", ".yml", ".json")

#: The endings of files beside documents: the rules of an API, and its document's changelog.
_BESIDE = (".arazzo", ".changes")
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


def bundled() -> Path:
    """Return the directory of the bundled project: in the wheel, or the checkout."""
    package = Path(__file__).parents[1]
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent


def load(sources: Sequence[Source] = (), allowed_refs: Sequence[str] = ()) -> list[Api]:
    """Load the APIs of each source, which is a project's directory, or the path or URL of a
    document without handlers; without sources, those of the bundled project.

    References of documents may lead to `allowed_refs` too. Raises UsageError.
    """
    apis: list[Api] = []
    for source in sources or [bundled()]:
        if isinstance(source, Path) and source.is_dir():
            apis += load_directory(source, allowed_refs)
        else:
            apis.append(Api(Contract.load(source, allowed_refs=allowed_refs)))
    by_name: dict[str, Api] = {}
    for api in apis:
        if by_name.setdefault(api.name, api) is not api:
            raise UsageError(f"two documents are named {api.name!r}; rename one of the files")
    return apis


def load_directory(directory: Path, allowed_refs: Sequence[str] = ()) -> list[Api]:
    """Load the APIs of a project's directory. Raises UsageError."""
    package = _import_handlers(directory / "handlers")
    apis = [
        _api(path, _modules(package, name_of(path)), allowed_refs) for path in _documents(directory)
    ]
    _reject_orphan_modules(package, {api.name for api in apis})
    share_states(apis)
    return apis


def documents(sources: Sequence[Source] = ()) -> list[Source]:
    """Return the documents of each source (a project's directory, or a document), or of the bundled
    project. Raises UsageError."""
    found: list[Source] = []
    for source in sources or [bundled()]:
        is_project = isinstance(source, Path) and source.is_dir()
        found += _documents(Path(source)) if is_project else [source]
    return found


def names(sources: Sequence[Source] = ()) -> list[str]:
    """Return the names of the APIs of each source, or of the bundled project. Raises UsageError."""
    return [name_of(source) for source in documents(sources)]


def find_document(api: str) -> Source:
    """Return the document that a text names: by its path or URL, by the directory of a project that
    has just one, as PROJECT/NAME, or by the name of an API of the project in the current directory
    or of a bundled one.

    Raises UsageError, which names what there is.
    """
    if is_url(api):
        return api
    path = Path(api)
    if path.is_file():
        return path
    documents, beside = _documents_by_name(path), _documents_by_name(path.parent)
    if len(documents) > 1:
        choices = ", ".join(str(path / name) for name in documents)
        raise UsageError(f"{api} has {len(documents)} APIs: name one of {choices}")
    if documents:
        return next(iter(documents.values()))
    anywhere = {**_documents_by_name(bundled()), **_documents_by_name(Path())}
    known = anywhere if path.parent == Path() else beside
    if path.name in known:
        return known[path.name]
    raise _unknown_api(api, path.name, list(known or anywhere))


def _documents_by_name(directory: Path) -> dict[str, Path]:
    """Return the documents of a project's directory, by the names of their APIs; none if it is no
    project."""
    return {name_of(path): path for path in _document_files(directory)}


def _unknown_api(api: str, name: str, known: list[str]) -> UsageError:
    return UsageError(
        f"there is no API {api!r}{hint(name, known)}; or give the directory of a project, or the "
        "path or URL of a document"
    )


def find_contract(api: str, allowed_refs: Sequence[str] = ()) -> Contract:
    """Return the contract in the document of that name, path or URL. Raises UsageError."""
    return Contract.load(find_document(api), allowed_refs=allowed_refs)


def _documents(directory: Path) -> list[Path]:
    files = _document_files(directory)
    if not files:
        raise UsageError(
            f"{directory} has no OpenAPI documents: a project keeps them in specs/, "
            "named after the API, as in specs/petstore.yaml"
        )
    return files


def _document_files(directory: Path) -> list[Path]:
    """Return the documents in the specs/ of a directory, as far as there are any."""
    return sorted(
        path
        for path in (directory / "specs").glob("*")
        if path.suffix in _SUFFIXES and not path.stem.endswith(_BESIDE)
    )


def _api(path: Path, modules: list[ModuleType], allowed_refs: Sequence[str]) -> Api:
    contract = Contract.load(path, allowed_refs=allowed_refs)
    return Api(contract, functions_of(modules), modules[0] if modules else None)


def _import_handlers(directory: Path) -> ModuleType | None:
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


def _modules(package: ModuleType | None, name: str) -> list[ModuleType]:
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


def _reject_orphan_modules(package: ModuleType | None, names: set[str]) -> None:
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
