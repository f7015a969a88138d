"""Routing: the API and operation of a request, and the API's rate limit."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.messages import Request
from understudy.http.router import Router, normalized_path
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.openapi.servers.http_conventions import HttpConventions
from understudy.serving.api import Api
from understudy.serving.error_responses import not_found
from understudy.serving.middleware.routed import (
    ASGIApp,
    Middleware,
    RoutedAPI,
    unrouted_step,
)
from understudy.serving.request_context import KEY, RequestContext

#: The content of Connexion's ASGI extension for a request without an operation.
_NO_ROUTE: Mapping[str, None] = {"api_base_path": None, "operation_id": None}


class Route(NamedTuple):
    """The route of an operation: the next app, and the content of Connexion's ASGI extension."""

    api: Api
    operation: Operation
    next_app: ASGIApp
    extension: dict[str, str]


class RoutingAPI(RoutedAPI):
    """The routes of one API."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> Any:
        """Return the route of an operation."""
        extension = {"api_base_path": self.base_path, "operation_id": operation.operation_id}
        return Route(self.served, declared, next_app, extension)


#: What a router finds: a route and the values of its path, or the methods that the path has.
_Found = tuple[Route, list[bytes]] | list[str]


class TolerantRoutes:
    """The routes of an API whose server finds paths in any case, or with a slash at their end."""

    def __init__(self, api: Api, conventions: HttpConventions, routes: Iterable[Route]) -> None:
        self.api = api
        self._ignores_slash = conventions.ignores_trailing_slash
        self._router = _router_of(routes, ignores_case=conventions.ignores_case)

    def found(self, request: Request) -> _Found:
        """Return what is found for a request."""
        path = request.path
        if self._ignores_slash and path.endswith(b"/"):
            path = path[:-1]
        found = self._router.find(request.method, path)
        if type(found) is list and request.method == "HEAD":
            found = self._router.find("GET", path)
        return found


class RoutingMiddleware(Middleware, connexion.SpecMiddleware):  # type: ignore[misc]
    """Finds the route of a request by a tree of path segments."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._unrouted = unrouted_step(app)
        self._router: Router[Route] = Router()
        self._routes: list[Route] = []
        self._prefixes: list[tuple[bytes, Api]] = []
        #: The routes of the APIs whose servers find more paths than the declared ones.
        self._tolerant: list[TolerantRoutes] = []

    def add_api(
        self, specification: connexion.Specification, *, served: Api, **options: Any
    ) -> None:
        """Add the routes of an API. Raises UsageError if another API has one of them.

        Routes below the first base paths come first; those below others take the paths that are
        left, whatever the order of the APIs.
        """
        api = RoutingAPI(specification, next_app=self.app, served=served, **options)
        self._routes += api.operations.values()
        self._router = _router_of(self._routes)
        conventions = served.conventions
        if conventions is not None and (
            conventions.ignores_case or conventions.ignores_trailing_slash
        ):
            self._tolerant.append(TolerantRoutes(served, conventions, api.operations.values()))
        prefixes = served.contract.path_prefixes
        self._prefixes += ((quote(prefix).encode(), served) for prefix in prefixes)
        self._prefixes.sort(key=lambda prefix: -len(prefix[0]))

    def handle(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request to the next app of its route, or to the app for unrouted requests."""
        if scope["type"] != "http":
            return self._unrouted(scope, receive, send)
        context: RequestContext = scope[KEY]
        request = context.request
        found = self._router.find(request.method, request.path)
        if type(found) is list and request.method == "HEAD":
            found = self._router.find("GET", request.path)
        if self._tolerant and (isinstance(found, list) or found[0].api.conventions is not None):
            found = self._found_by_persona(found, context)
        if isinstance(found, list):
            scope.setdefault("extensions", {})[connexion.ROUTING_CONTEXT] = _NO_ROUTE
            context.api = api = self._owner(request.path)
            if api is not None and api.conventions is not None:
                context.conventions = api.conventions_in(context.namespace)
            if context.schedule is None or context.api is None or context.api.journaled:
                context.allowed = tuple(found)
            return self._unrouted(scope, receive, send)
        route, request.path_values = found
        context.api = api = route.api
        context.operation = route.operation
        if api.conventions is not None:
            context.conventions = api.conventions_in(context.namespace)
        scope.setdefault("extensions", {})[connexion.ROUTING_CONTEXT] = route.extension
        if context.schedule is not None and not api.journaled:
            context.operation = None
            raise not_found(request)  # the control API is for people, not for schedules
        if api.limit is not None and context.schedule is None:
            context.headers = api.count_request(context.namespace)
        return route.next_app(scope, receive, send)

    def route_of(self, request: Request) -> Route | None:
        """Return the route of a request that some persona has, if there is one."""
        found = self._router.find(request.method, request.path)
        if type(found) is list and request.method == "HEAD":
            found = self._router.find("GET", request.path)
        for routes in self._tolerant:
            found = routes.found(request) if isinstance(found, list) else found
        return None if isinstance(found, list) else found[0]

    def _found_by_persona(self, found: _Found, context: RequestContext) -> _Found:
        """Return what the server finds in the place of `found`, which is by the declared paths."""
        for routes in self._tolerant:
            of_another = isinstance(found, tuple) and found[0].api is not routes.api
            if not of_another and routes.api.conventions_in(context.namespace) is not None:
                other = routes.found(context.request)
                found = other if isinstance(other, tuple) else found or other
        return found

    def locate(self, method: str, path: bytes) -> tuple[Api | None, list[str]]:
        """Return the API of a method and a path, and the methods that the path allows; those of the
        path if it does not allow this one."""
        allowed = self._router.find("", path)
        assert isinstance(allowed, list)  # no operation has an empty method
        target = self._router.find(method, path)
        if isinstance(target, list) and allowed:
            target = self._router.find(allowed[0], path)
        elif not isinstance(target, list):
            allowed = sorted({*allowed, method})
        api = self._owner(path) if isinstance(target, list) else target[0].api
        return api, sorted({*allowed, "HEAD"}) if "GET" in allowed else allowed

    def _owner(self, path: bytes) -> Api | None:
        """Return the API that has a path prefix of this path."""
        path = normalized_path(path)
        for prefix, api in self._prefixes:
            start, end = path[: len(prefix)], path[len(prefix) : len(prefix) + 1]
            if api.conventions is not None and api.conventions.ignores_case:
                start, prefix = start.lower(), prefix.lower()
            if start == prefix and end in (b"", b"/"):
                return api
        return None


def _router_of(routes: Iterable[Route], *, ignores_case: bool = False) -> Router[Route]:
    """Return a router of routes, below all base paths of their operations. Raises UsageError."""
    router: Router[Route] = Router(ignores_case=ignores_case)
    others: list[tuple[str, str, Route]] = []
    for route in routes:
        method, path = route.operation.method, route.operation.path
        first, *more = route.operation.base_paths
        router.add(method, first + path, route)
        others += ((method, base_path + path, route) for base_path in more)
    for method, template, route in others:
        if not router.has(method, template):
            router.add(method, template, route)
    return router
