"""What is imported from Connexion, and a document in the class that Connexion reads.

Connexion 3.3 imports what is deprecated elsewhere (jsonschema's RefResolver, Starlette's test
client with httpx). Users cannot change that, so these warnings are not shown.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    from connexion import ConnexionMiddleware
    from connexion.json_schema import resolve_refs
    from connexion.middleware.abstract import (
        ROUTING_CONTEXT,
        RoutedAPI,
        RoutedMiddleware,
        SpecMiddleware,
    )
    from connexion.middleware.main import API
    from connexion.operations import AbstractOperation, OpenAPIOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import OpenAPISpecification, Specification


class DocumentSpecification(OpenAPISpecification):  # type: ignore[misc]
    """A document with the public attributes that Connexion's operations use.

    Connexion's own class copies the document, validates it (which takes longer than the rest of our
    start; openapi-spec-validator has done it before) and resolves all references (which does not
    end for some recursive schemas). This class does none of it, and makes each operation once, not
    once for every middleware. `paths` are the document's, with references to path items followed.
    """

    def __init__(self, document: dict[str, Any], paths: dict[str, Any], base_path: str) -> None:
        self._document = {"components": {}, **document, "paths": paths}
        self._prefix = base_path
        self.operation_cls = _OperationCache()

    @property
    def raw(self) -> dict[str, Any]:
        """The document."""
        return self._document

    @property
    def spec(self) -> dict[str, Any]:
        """The document."""
        return self._document

    @property
    def security(self) -> Any:
        """The security requirements of operations without their own."""
        return self._document.get("security")

    @property
    def components(self) -> dict[str, Any]:
        """The document's components."""
        components: dict[str, Any] = self._document["components"]
        return components

    @property
    def security_schemes(self) -> dict[str, Any]:
        """The security schemes by name."""
        schemes: dict[str, Any] = self.components.get("securitySchemes", {})
        return schemes

    @property
    def base_path(self) -> str:
        """The start of every path."""
        return self._prefix

    @base_path.setter
    def base_path(self, base_path: str) -> None:
        self._prefix = base_path

    def get_path_params(self, path: str) -> Any:
        """Return the parameters that all operations of a path share."""
        return self._document["paths"][path].get("parameters", [])

    def get_operation(self, path: str, method: str) -> Any:
        """Return the operation of a path and a method, in either case, with a list of parameters
        of its own: Connexion adds those of the path to it."""
        item = self._document["paths"][path]
        name = method.lower()
        operation = item[name] if name in item else item["additionalOperations"][method]
        return {**operation, "parameters": list(operation.get("parameters", ()))}

    def __getitem__(self, key: str) -> Any:
        return self._document[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)


class _OperationCache:
    """Makes Connexion's operations, each once: every middleware needs all of them."""

    def __init__(self) -> None:
        self._operations: dict[tuple[str, str], OpenAPIOperation] = {}

    def from_spec(
        self, specification: Specification, *, path: str, method: str, **options: Any
    ) -> OpenAPIOperation:
        """Return the operation of a path and method, made for the first middleware."""
        operation = self._operations.get((path, method))
        if operation is None:
            operation = self._operations[path, method] = OpenAPIOperation.from_spec(
                specification, path=path, method=method, **options
            )
        return operation


__all__ = [
    "API",
    "ROUTING_CONTEXT",
    "AbstractOperation",
    "ConnexionMiddleware",
    "DocumentSpecification",
    "Resolution",
    "Resolver",
    "RoutedAPI",
    "RoutedMiddleware",
    "SpecMiddleware",
    "Specification",
    "resolve_refs",
]
