"""Projects, which are directories with specs/ and handlers/, and the APIs in them: found by their
names, and loaded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from types import ModuleType

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.loading.loader import name_of
from understudy.openapi.loading.retrieval import Source, is_url
from understudy.serving.api import Api
from understudy.serving.handler_imports import (
    functions_of,
    import_handlers,
    modules_of,
    reject_orphan_modules,
)
from understudy.serving.handlers_package.shared_state import share_states
from understudy.suggestions import hint

_SUFFIXES = (".yaml", ".yml", ".json")

#: The endings of files beside documents: the rules of an API, and its document's changelog.
_BESIDE = (".arazzo", ".changes")

#: What `-` means.
STANDARD_INPUT = Path("/dev/stdin")


def bundled() -> Path:
    """Return the directory of the bundled project: in the wheel, or the checkout."""
    package = Path(__file__).parents[1]
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent


def find(text: str, directory: Path = Path()) -> Source:
    """Return what a text names, as all commands take it: a document, by its path or URL, or `-`; a
    project, by its directory; one API of a project, as PROJECT/NAME; or, by its name alone, an API
    of the project in `directory`, or a bundled one.

    An API is the path PROJECT/NAME. Raises UsageError, which names what there is.
    """
    if is_url(text):
        return text
    path = STANDARD_INPUT if text == "-" else directory / text
    if _is_file(path) or project_of(path) is not None or path.suffix in _SUFFIXES:
        return path
    if path.parent == directory and text in _documents_by_name(bundled()):
        return bundled() / text
    if path.is_dir():
        raise _no_documents(path)
    raise _unknown_api(text, path, directory)


def _is_file(path: Path) -> bool:
    """Return whether a path is a file, or a pipe."""
    return path.exists() and not path.is_dir()


def _unknown_api(text: str, path: Path, directory: Path) -> UsageError:
    beside = _documents_by_name(path.parent)
    if path.parent == directory or not beside:
        beside = {**_documents_by_name(bundled()), **_documents_by_name(directory)}
    return UsageError(
        f"there is no API {text!r}{hint(path.name, beside)}; or give the directory of a project, "
        "or the path or URL of a document"
    )


def project_of(source: Source) -> Path | None:
    """Return the directory of the project that a source is, or that has the API which it names;
    None for a document."""
    if is_url(source) or _is_file(path := Path(source)):
        return None
    if _document_files(path):
        return path
    return path.parent if path.name in _documents_by_name(path.parent) else None


def load(sources: Sequence[Source] = (), allowed_refs: Sequence[str] = ()) -> list[Api]:
    """Load the APIs of each source (see `find`), documents without handlers; without sources, those
    of the bundled project. An API that shares the state of another one comes with that.

    References of documents may lead to `allowed_refs` too. Raises UsageError.
    """
    chosen: dict[Source, dict[str, None]] = {}  # names of APIs, by project
    for source in sources or [bundled()]:
        names_of_source = dict.fromkeys(names([source]))
        chosen.setdefault(project_of(source) or source, {}).update(names_of_source)
    apis: list[Api] = []
    for source, of_project in chosen.items():
        if project_of(source) is None:
            apis.append(Api(Contract.load(source, allowed_refs=allowed_refs)))
        else:
            apis += load_directory(Path(source), allowed_refs, of_project)
    by_name: dict[str, Api] = {}
    for api in apis:
        if by_name.setdefault(api.name, api) is not api:
            raise UsageError(f"two documents are named {api.name!r}; rename one of the files")
    return apis


def load_directory(
    directory: Path, allowed_refs: Sequence[str] = (), chosen: Collection[str] | None = None
) -> list[Api]:
    """Load the APIs of a project's directory; or only those `chosen` by name, and the APIs whose
    state they share. Raises UsageError."""
    package = import_handlers(directory / "handlers")
    paths = {path: name_of(path) for path in _document_files(directory)}
    if not paths:
        raise _no_documents(directory)
    reject_orphan_modules(package, set(paths.values()))
    apis: list[Api] = []
    wanted = set(paths.values() if chosen is None else chosen)
    while wanted:
        apis += [
            _api(path, modules_of(package, name), allowed_refs)
            for path, name in paths.items()
            if name in wanted
        ]
        owners = {api.state_of for api in apis if api.state_of in paths.values()}
        wanted = {owner for owner in owners if owner is not None} - {api.name for api in apis}
    share_states(apis)
    return apis


def documents(sources: Sequence[Source] = ()) -> list[Source]:
    """Return the documents of each source (see `find`), or of the bundled project. Raises
    UsageError."""
    found: list[Source] = []
    for source in sources or [bundled()]:
        found += _documents_of(source)
    return found


def _documents_of(source: Source) -> Sequence[Source]:
    project = project_of(source)
    if project is None:
        if isinstance(source, Path) and source.is_dir():
            raise _no_documents(source)
        return [source]
    if project == source:
        return _document_files(project)
    return [_documents_by_name(project)[Path(source).name]]


def names(sources: Sequence[Source] = ()) -> list[str]:
    """Return the names of the APIs of each source, or of the bundled project. Raises UsageError."""
    return [name_of(source) for source in documents(sources)]


def find_document(api: str) -> Source:
    """Return the document of the one API that a text names (see `find`). Raises UsageError, which
    names what there is."""
    source = find(api)
    found = documents([source])
    if len(found) > 1:
        choices = ", ".join(str(Path(source) / name_of(document)) for document in found)
        raise UsageError(f"{api} has {len(found)} APIs: name one of {choices}")
    return found[0]


def find_contract(api: str, allowed_refs: Sequence[str] = ()) -> Contract:
    """Return the contract in the document of that name, path or URL. Raises UsageError."""
    return Contract.load(find_document(api), allowed_refs=allowed_refs)


def _no_documents(directory: Path) -> UsageError:
    return UsageError(
        f"{directory} has no OpenAPI documents: a project keeps them in specs/, "
        "named after the API, as in specs/petstore.yaml"
    )


def _documents_by_name(directory: Path) -> dict[str, Path]:
    """Return the documents of a project's directory, by the names of their APIs; none if it is no
    project."""
    return {name_of(path): path for path in _document_files(directory)}


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
