"""What we use of Connexion, imported in one place.

Connexion 3.3 imports things that are deprecated elsewhere (jsonschema's RefResolver, Starlette's
test client with httpx); nobody who starts a server can do anything about that, so it is not told.
"""

import warnings
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    from connexion import ConnexionMiddleware
    from connexion.json_schema import resolve_refs
    from connexion.middleware.abstract import RoutedAPI, SpecMiddleware
    from connexion.middleware.main import API
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import OpenAPISpecification, Specification


class GatedSpecification(OpenAPISpecification):  # type: ignore[misc]
    """A document as Connexion reads it, but for Connexion's own validation, which takes longer
    than all the rest of the start (openapi-spec-validator has judged the document before), and
    for its resolution of all references, which does not end for some recursive schemas.

    `paths` are the document's, with the references that stand for whole path items followed.
    """

    def __init__(self, document: dict[str, Any], paths: dict[str, Any]) -> None:
        own = {path: _own_parameters(item) for path, item in paths.items()}
        self._raw_spec = {"components": {}, **document, "paths": own}
        self._spec = self._raw_spec
        self._base_uri = ""


def _own_parameters(item: dict[str, Any]) -> dict[str, Any]:
    """A path item whose operations' parameters are lists of their own: Connexion adds to them."""
    return {
        key: {**part, "parameters": list(part["parameters"])}
        if isinstance(part, dict) and "parameters" in part
        else part
        for key, part in item.items()
    }


__all__ = [
    "API",
    "AbstractOperation",
    "ConnexionMiddleware",
    "GatedSpecification",
    "Resolution",
    "Resolver",
    "RoutedAPI",
    "SpecMiddleware",
    "Specification",
    "resolve_refs",
]
