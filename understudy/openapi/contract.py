"""An OpenAPI document as a contract: its operations with their parameters, bodies and responses.

It knows nothing about handlers or state. It is built once; validators are compiled at first use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.value_cache import ValueCache
from understudy.openapi.extensions import (
    CLIENTS,
    DISAGREEMENTS,
    PATH_PREFIXES,
    Client,
    Disagreement,
    well_formed,
)
from understudy.openapi.loading.conversion.upgrade import upgraded
from understudy.openapi.loading.loader import LoadedDocument, load, name_of
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import Source
from understudy.openapi.operation import Operation
from understudy.openapi.operation_reader import OperationReader
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.servers.server_urls import base_paths


class Contract:
    """A document, its operations, and the paths below which they are served.

    `base_paths` are the starts of its paths, one for each of its servers ("" or "/api/v2");
    `base_path` is the first. `path_prefixes` are the paths below which unknown paths get this API's
    own "not found"; the document may list them, the main one first. Without a list it is the
    longest path that all operations share. `path_prefix` is the main one. `path` is the file that
    the document was read from, if any.
    """

    def __init__(
        self, name: str, document: Document, text: str = "", path: Path | None = None
    ) -> None:
        self.name = name
        self.document = document = upgraded(document)
        self.text = text
        self.path = path
        #: The document as it was loaded; None if it was not read from anywhere.
        self.loaded: LoadedDocument | None = None
        self.base_paths = base_paths(document.get("servers") or [{"url": "/"}])
        self.base_path = self.base_paths[0]
        self.schemas = SchemaRegistry(document)
        #: Generated values that took long.
        self.generated = ValueCache(self.schemas)
        self.operations = tuple(OperationReader(self).operations())
        common = _common_path([o.path for o in self.operations])
        declared = document.get(PATH_PREFIXES)
        texts = [p for p in declared if isinstance(p, str)] if isinstance(declared, list) else []
        prefixes = texts or [common]
        self.path_prefixes = tuple(
            f"{base_path}{prefix}" for base_path in self.base_paths for prefix in prefixes
        )
        self.path_prefix = self.path_prefixes[0]
        self._by_route = {(o.method, o.path): o for o in self.operations}

    @classmethod
    def load(
        cls, source: Source, name: str | None = None, allowed_refs: Sequence[str] = ()
    ) -> Contract:
        """Load the contract in a file or at a URL; its name is by default that of the file.

        `allowed_refs` are folders, hosts and URL prefixes to which references may lead. Raises
        UsageError.
        """
        loaded = load(source, allowed_refs=allowed_refs)
        try:
            contract = cls(name or name_of(source), loaded.document, loaded.text, loaded.path)
        except (AttributeError, TypeError, KeyError) as error:
            raise UsageError(
                f"{source} is not a well-formed OpenAPI document ({error!r}); "
                f"`understudy lint {source}` says what is wrong"
            ) from None
        contract.loaded = loaded
        return contract

    @property
    def source(self) -> Document:
        """The document in its author's version and words, with everything that it refers to."""
        return self.document if self.loaded is None else self.loaded.source

    @property
    def origin(self) -> str:
        """The path or URL that the document was read from, or else its name."""
        url = None if self.loaded is None else self.loaded.url
        return url or str(self.path or self.name)

    @property
    def problems(self) -> tuple[DocumentProblem, ...]:
        """The faults of the document, which is served all the same."""
        return () if self.loaded is None else self.loaded.problems

    def operation(self, method: str, path: str) -> Operation:
        """Return the operation of a method, in either case, and a path template.

        Raises KeyError.
        """
        exact = self._by_route.get((method, path))
        return self._by_route[method.upper(), path] if exact is None else exact

    @property
    def paths(self) -> dict[str, Any]:
        """The path items by path template, with references to path items followed."""
        items = self.document.get("paths", {}).items()
        return {path: resolve(self.document, item) for path, item in items if path[:2] != "x-"}

    @property
    def title(self) -> str:
        """The title of the document; its name if it has none."""
        title = str(self.document.get("info", {}).get("title", ""))
        return title if title.strip() else self.name

    @property
    def disagreements(self) -> list[dict[str, Any]]:
        """The points on which the sources of this document disagree.

        Each has its `point`, the `operations` concerned, what the `sources` say, and what the
        `standIn` does, by persona or for "all".
        """
        return [
            {"operations": [], "sources": {}, "standIn": {}} | point
            for point in well_formed(self.document.get(DISAGREEMENTS), Disagreement)
        ]

    @property
    def clients(self) -> list[dict[str, Any]]:
        """The clients of this API.

        Each has its `language` and the `code` that points it at a server; it may have a `package`,
        its `version`, how to `install` it, the `base_url` that it takes, the variables of its
        `environment`, a `note`, and a `sample`: how code samples call it. {url}, {origin} and {key}
        stand for the URL of the API, the origin of the server, and a key.
        """
        return list(well_formed(self.document.get(CLIENTS), Client))

    @property
    def security_schemes(self) -> dict[str, Any]:
        """The security schemes by name."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        return {name: resolve(self.document, scheme) for name, scheme in schemes.items()}


def client_label(client: Mapping[str, Any]) -> str:
    """Return the name of a client: its package and version, and its language."""
    words = [str(client[field]) for field in ("package", "version") if field in client]
    return f"{' '.join(words)} ({client['language']})" if words else str(client["language"])


def _common_path(paths: list[str]) -> str:
    """Return the segments without parameters that all paths begin with."""
    common: list[str] = []
    for segments in zip(*(path.split("/")[1:-1] for path in paths), strict=False):
        if len(set(segments)) > 1 or "{" in segments[0]:
            break
        common.append("/" + segments[0])
    return "".join(common)
