"""The same documents and handlers on stock Connexion.

The list of middlewares is Connexion's own (`default_middlewares`), where the app has ours:
Connexion routes, checks credentials, validates both ways and writes the responses. Documents,
handlers, worlds and each API's error shape are the same. Adapters are needed where the lists end:
Connexion calls a function by keyword arguments, without a world, and its errors are exceptions of
its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import understudy.openapi.connexion  # noqa: F401  # it imports Connexion without its warnings

# isort: split
from connexion import AsyncApp, ConnexionMiddleware, FlaskApp
from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from connexion.security import ApiKeySecurityHandler
from starlette.exceptions import HTTPException

from tests.differential.older_version import in_3_0
from understudy import Content, Problem, Upload
from understudy.errors import Violation
from understudy.http import json_codec
from understudy.openapi.operation import Operation
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace
from understudy.serving.api import Api, Handler


class Stock:
    """An ASGI app of stock Connexion that serves `apis` with one namespace."""

    def __init__(self, apis: Sequence[Api], *, asynchronous: bool = False) -> None:
        """Use Flask; `asynchronous` means Starlette, with handlers on the event loop."""
        self.apis = sorted(apis, key=lambda api: -len(api.contract.path_prefix))
        self.namespace = Namespace(DEFAULT)
        self._asynchronous = asynchronous
        app = AsyncApp if asynchronous else FlaskApp
        self.app = app(
            "stock",
            middlewares=list(ConnexionMiddleware.default_middlewares),
            pythonic_params=True,
            validate_responses=True,
            swagger_ui_options=SwaggerUIOptions(swagger_ui=False),
        )
        for api in apis:
            self._add(api)
        for kind in (Problem, ProblemException, HTTPException, Exception):
            self.app.add_error_handler(kind, self._refuse)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one request."""
        await self.app(scope, receive, send)

    def _add(self, api: Api) -> None:
        functions = {o.id: self._adapter(api, o) for o in handled(api)}
        self.app.add_api(
            _with_operations(api.contract.source, functions),
            base_path=api.contract.base_path,
            resolver=Resolver(functions.__getitem__),
            security_map={"apiKey": partial(_ApiKeys, api)},
        )

    def _adapter(self, api: Api, operation: Operation) -> Callable[..., Any]:
        """Return the function that Connexion calls for an operation; it calls the handler."""
        handler = api.handler(operation)
        assert handler is not None, f"{operation.id} has no handler"
        names = list(inspect.signature(handler).parameters)[1:]

        def call(token_info: Any = None, **given: Any) -> Any:
            arguments = {name: given.pop(name, None) for name in names}
            if isinstance(arguments.get("body"), dict):
                files = {n: _upload(file) for n, file in given.items() if hasattr(file, "filename")}
                arguments["body"].update(files)
            tenant = token_info["tenant"] if token_info else ""
            value = self._perform(api, handler, tenant, arguments)
            plain = type(value) is not tuple
            return _result(*((value, operation.success) if plain else value))

        async def call_inline(**given: Any) -> Any:
            return call(**given)  # without the hop into a thread that Connexion makes otherwise

        return call_inline if self._asynchronous else call

    def _perform(self, api: Api, handler: Handler, tenant: str, arguments: Any) -> Any:
        world = api.world(self.namespace, tenant)
        try:
            value = handler(world, **arguments)
        except BaseException:
            world.rollback()
            raise
        world.commit()
        return value

    async def _refuse(self, request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """Return an error in the shape of the API that the path belongs to."""
        status: int = getattr(error, "status", 0) or getattr(error, "status_code", 500)
        if isinstance(error, Problem):
            problem = error
        else:
            violation = Violation("path" if status == 404 else "request", "", str(error))
            problem = Problem(status, str(error), violations=(violation,))
        path = request.scope["path"] + "/"
        for api in self.apis:
            prefixes = tuple(f"{prefix}/" for prefix in api.contract.path_prefixes)
            if path.startswith(prefixes) and api.error_response is not None:
                status, value = api.error_response(problem, api.hook_context(self.namespace, None))
                return _response(status, value)
        return _response(status, {"status": status})


def handled(api: Api) -> list[Operation]:
    """Return the operations that have a handler; Connexion has no answers by examples."""
    return [o for o in api.contract.operations if api.handler(o) is not None]


def _with_operations(source: Any, ids: Collection[str]) -> Any:
    """Return a copy of a document, for Connexion to write into, with only these operations."""
    document = in_3_0(source)
    for item in document["paths"].values():
        for method, operation in list(item.items()):
            if isinstance(operation, dict) and operation.get("operationId") not in ids:
                del item[method]
    return document


def _upload(file: Any) -> Upload:
    """Convert an upload of Flask's or Starlette's for handlers."""
    return Upload(file.read(), file.filename or "", getattr(file, "mimetype", file.content_type))


def _result(
    value: Any, status: int, headers: Mapping[str, str | int] = MappingProxyType({})
) -> Any:
    """Return a response as Connexion expects it: bytes with a media type, or a JSON value."""
    given = {name: str(text) for name, text in headers.items()}
    if value is None:
        return value, status, given
    if not isinstance(value, Content):
        return value, status, {"Content-Type": "application/json", **given}
    body = b"".join(value.body) if isinstance(value.body, tuple) else value.body
    return body, status, {"Content-Type": value.media_type, **dict(value.headers), **given}


def _response(status: int, value: Any) -> ConnexionResponse:
    kind = "application/json"
    return ConnexionResponse(status, kind, kind, json_codec.encode(value))


class _ApiKeys(ApiKeySecurityHandler):  # type: ignore[misc]
    """Connexion's API keys, with the API's own function for the tenant of a key."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def _resolve_func(self, security_scheme: Any) -> Callable[..., Any]:
        schemes = self._api.contract.security_schemes
        name = next(name for name, scheme in schemes.items() if scheme == security_scheme)

        def info(api_key: str) -> dict[str, str]:
            authenticate = self._api.authenticate
            return {"tenant": authenticate({name: api_key}) if authenticate else ""}

        return info
