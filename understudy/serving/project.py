"""A project: a directory of specs/ and handlers/, paired by name; the bundled one or your own."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import iscoroutinefunction, signature
from itertools import count
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from inflection import underscore

from understudy.errors import Problem, UsageError
from understudy.http.control_access import Guard
from understudy.http.messages import Call
from understudy.http.security import Authenticate
from understudy.openapi.contract import Contract, Operation
from understudy.openapi.document import faults, read
from understudy.runtime.namespace import Namespace
from understudy.runtime.rate_limit import RateLimit
from understudy.runtime.store import Collection
from understudy.runtime.world import World

Handler = Callable[..., Any]

#: From a problem with a request, and what could be read of it, to the problem that is told.
Refusal = Callable[[World, Call, dict[str, Any], Problem], Problem]

#: What a handlers package may say for its whole API.
HOOKS = (
    "error_answer",
    "authenticate",
    "populate",
    "refusal",
    "connected",
    "received",
    "disconnected",
)

_SUFFIXES = (".yaml", ".yml", ".json")

#: The names of what lies beside documents: the rules of an API, and its document's changelog.
_BESIDE = (".arazzo", ".changes")
_numbers = count(1)  # each project's handlers get a package name of their own


class Api:
    """A contract, its handlers by name, and what its handlers package says for all of them.

    The hooks may each be missing: `error_answer` gives a problem the API's own shape, `refusal`
    the API's own words (and order) for what breaks the contract, `authenticate` tells the project
    of credentials, `populate` makes what is there from the start; for those of real time see
    `sockets`. `PERSONAS` are the variants of
    the API that the handlers can play, the usual one first.

    Raises UsageError where a handler has no operation.
    """

    #: Whether the journal keeps its exchanges.
    journaled = True

    def __init__(
        self,
        contract: Contract,
        handlers: Mapping[str, Handler] | None = None,
        package: ModuleType | None = None,
    ) -> None:
        self.contract = contract
        self.name = contract.name
        self.error_answer: Callable[[Problem, Call], tuple[int, Any]] | None = getattr(
            package, "error_answer", None
        )
        self.refusal: Refusal | None = getattr(package, "refusal", None)
        self.authenticate: Authenticate | None = getattr(package, "authenticate", None)
        self.populate: Callable[[World], None] | None = getattr(package, "populate", None)
        self.connected: Handler | None = getattr(package, "connected", None)
        self.received: Handler | None = getattr(package, "received", None)
        self.disconnected: Handler | None = getattr(package, "disconnected", None)
        #: The collections that the handlers keep their state in, by name.
        self.collections = _collections(package)
        self.personas: tuple[str, ...] = getattr(package, "PERSONAS", ("",))
        #: The keys that are admitted; where there are none, any is.
        self.keys: frozenset[str] = frozenset()
        #: What keeps out those who may not come in.
        self.guard: Guard | None = None
        #: How many requests a namespace may make, if there is a limit.
        self.limit: RateLimit | None = None
        #: The persona of namespaces that have no other one.
        self.persona = self.personas[0]
        self._handlers = dict(handlers or {})
        self._refuse_strays()

    def world(self, space: Namespace, project: str) -> World:
        """What this API's handlers get to see of a namespace, for one project."""
        return space.world(self.name, project, self.populate, self.persona)

    def call(self, space: Namespace, operation: Operation | None) -> Call:
        """What the hooks get to know of a call."""
        persona = space.personas.get(self.name, self.persona)
        if operation is None:
            return Call(space.clock, persona)
        return Call(space.clock, persona, operation.id, operation.tag)

    def cast(self, persona: str) -> str:
        """The persona of that name. Raises UsageError where the API has none such."""
        if persona not in self.personas or not persona:
            known = ", ".join(filter(None, self.personas)) or "none"
            raise UsageError(f"{self.name} has no persona {persona!r}; its personas: {known}")
        return persona

    def handler(self, operation: Operation) -> Handler | None:
        """The function for an operation, if there is one."""
        return self._handlers.get(underscore(operation.id))

    def _refuse_strays(self) -> None:
        known = {underscore(operation.id): operation.id for operation in self.contract.operations}
        for operation in self.contract.operations:
            if known[underscore(operation.id)] != operation.id:
                raise UsageError(
                    f"{self.name}: the operationIds {operation.id} and "
                    f"{known[underscore(operation.id)]} are one name in snake_case; change one"
                )
        for operation in self.contract.operations:
            handler = self.handler(operation)
            if handler is not None:
                _check_arguments(operation, handler)
        for name, function in self._handlers.items():
            if name not in known:
                raise UsageError(
                    f"the handler {function.__module__.partition('.')[2]}.{name} has no operation "
                    f"in the contract {self.name!r}: give one the operationId of that name, "
                    "or begin the name with an underscore"
                )


def _check_arguments(operation: Operation, handler: Handler) -> None:
    """Raises UsageError where a handler cannot be called as the contract has it."""
    named = [parameter.argument for parameter in operation.parameters]
    wanted = dict.fromkeys([*named, *(["body"] if operation.body else [])])
    try:
        signature(handler).bind(None, **wanted)
    except TypeError as error:
        raise UsageError(
            f"the handler {underscore(operation.id)} cannot take what the contract gives it "
            f"({', '.join(['world', *wanted])}): {error}"
        ) from None


def _collections(package: ModuleType | None) -> dict[str, Collection]:
    """The collections that the modules of a handlers package name, public or not."""
    if package is None:
        return {}
    start = f"{package.__name__}."
    modules = [m for name, m in list(sys.modules.items()) if name.startswith(start)]
    return {
        value.name: value
        for module in (package, *modules)
        for value in vars(module).values()
        if isinstance(value, Collection)
    }


def functions_of(rooms: Iterable[ModuleType]) -> dict[str, Handler]:
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
            if iscoroutinefunction(value):
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
        found = faults(read(path))
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
    """The modules of one API's handlers: its package, then each module in it; or one module."""
    if package is None or importlib.util.find_spec(f"{package.__name__}.{name}") is None:
        return []
    top = _import(f"{package.__name__}.{name}")
    names = [module.name for module in pkgutil.iter_modules(getattr(top, "__path__", ()))]
    return [top, *(_import(f"{top.__name__}.{n}") for n in names if not n.startswith("_"))]


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
