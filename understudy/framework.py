"""What we use of Connexion, imported in one place.

Connexion 3.3 imports things that are deprecated elsewhere (jsonschema's RefResolver, Starlette's
test client with httpx); nobody who starts a server can do anything about that, so it is not told.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    from connexion import ConnexionMiddleware
    from connexion.exceptions import ConnexionException
    from connexion.json_schema import resolve_refs
    from connexion.middleware.abstract import RoutedAPI, SpecMiddleware
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import Specification

__all__ = [
    "AbstractOperation",
    "ConnexionException",
    "ConnexionMiddleware",
    "Resolution",
    "Resolver",
    "RoutedAPI",
    "SpecMiddleware",
    "Specification",
    "resolve_refs",
]
