"""Where requests come on: namespace, routing, body, the operation's answer, journal, reply."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from understudy.errors import NotYet, Problem, UsageError, Violation
from understudy.http.asgi_request import (
    ClientDisconnect,
    Receive,
    Scope,
    check_headers,
    parse_scope,
    read_body,
)
from understudy.http.asgi_response import Send, send_response
from understudy.http.messages import Exchange, Request, Response
from understudy.http.router import Router
from understudy.openapi.connexion import AbstractOperation, RoutedAPI, Specification, SpecMiddleware
from understudy.runtime.namespace import DEFAULT, Namespace, NamespaceRegistry
from understudy.runtime.rate_limit import RawHeaders
from understudy.runtime.request_matcher import MatchCandidate
from understudy.runtime.schedule import ScheduledRequest
from understudy.serving.api import Api
from understudy.serving.error_responses import error_response, not_found
from understudy.serving.handler import ServedOperation
from understudy.serving.misfortune import apply_fault
from understudy.serving.socketio import PATH, SocketIOServer

_PAGES = (b"/", b"/_understudy", b"/_understudy/")
_PAGES_BELOW = (
    b"/_understudy/console",
    b"/_understudy/disagreements/",
    b"/_understudy/docs",
    b"/_understudy/reference",
    b"/_understudy/specs",
    b"/_understudy/static/",
    b"/docs/",
)


class Stage(SpecMiddleware):  # type: ignore[misc]
    """The ASGI middleware that answers by contract. What no contract has goes to `app`."""

    def __init__(self, app: Any, namespaces: NamespaceRegistry) -> None:
        self._app = app
        self._namespaces = namespaces
        self._router: Router[ServedOperation] = Router()
        self._homes: list[tuple[bytes, Api]] = []
        self._sockets: SocketIOServer | None = None

    def add_api(
        self, specification: Specification, *, served: Api, base_path: str, resolver: Any, **_: Any
    ) -> None:
        """Register an API with Connexion's reading of its document."""
        _ServedAPI(specification, base_path, resolver, served=served, router=self._router)
        self._homes += ((quote(home).encode(), served) for home in served.contract.path_prefixes)
        self._homes.sort(key=lambda home: -len(home[0]))
        if served.on_event is not None:
            if self._sockets is not None:
                raise UsageError(f"{served.name}: only one API can have the path {PATH.decode()}")
            self._sockets = SocketIOServer(served)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, from the server's hands and back into them."""
        if scope["type"] != "http":
            await self._decline(scope, receive, send)
            return
        began = time.perf_counter_ns()
        request, name = parse_scope(scope)
        try:
            namespace = self._namespaces.get(name or DEFAULT)
        except Problem as problem:
            await send_response(error_response(problem, None, None, request, None), scope, send)
            return
        operation, names = self._route(request)
        if operation is None and self._sockets and request.path.startswith(PATH):
            await self._sockets(scope, receive, send, namespace)
            return
        if operation is None and _is_page(request):
            await self._app(_for_pages(scope, request.path, namespace), receive, send)
            return
        api = self._owner(request.path) if operation is None else operation.api
        if namespace.schedule.waiting:
            self._perform_due(namespace)
        at = namespace.clock.now()
        try:
            check_headers(request, len(scope["headers"]))
            if operation is not None and operation.takes_body:
                request.body = await read_body(request, receive)
            limit: RawHeaders = ()
            if api is not None and (api.guard is not None or api.limit is not None):
                limit = _admitted(api, request, namespace, at)
            if operation is None:
                response, fault = _unrouted(request, names), None
            elif namespace.faults.planned or not operation.api.journaled:
                response, fault = await _answer(operation, request, names, namespace)
            else:
                response, fault = operation.answer(request, names, namespace), None
            if limit:
                response = response._replace(headers=response.headers + limit)
        except Problem as problem:
            response, fault = error_response(problem, api, None, request, namespace), None
        except ClientDisconnect:
            return
        if api is None or api.journaled:
            took = (time.perf_counter_ns() - began) // 1000
            named = None if operation is None else operation.id
            owner = None if api is None else api.name
            namespace.journal.add(Exchange(at, took, owner, named, request, response, fault))
            if namespace.schedule.waiting:
                self._perform_after(
                    MatchCandidate(owner, named, request, response.status), namespace
                )
        await send_response(response, scope, send)

    async def _decline(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lifespan has nothing to start here; web sockets are those of Socket.IO, or not served."""
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        request, name = parse_scope(scope)
        with suppress(Problem):  # no namespace has such a name
            if self._sockets is not None and request.path.startswith(PATH):
                namespace = self._namespaces.get(name or DEFAULT)
                await self._sockets(scope, receive, send, namespace)
                return
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    def _route(self, request: Request) -> tuple[ServedOperation | None, tuple[str, ...]]:
        """The operation and its path parameters' names; without one, the methods of the path."""
        found = self._router.find(request.method, request.path)
        if type(found) is not tuple and request.method == "HEAD":
            found = self._router.find("GET", request.path)
        if isinstance(found, tuple):
            operation, names, request.path_values = found
            return operation, names
        return None, tuple(found)

    def _owner(self, path: bytes) -> Api | None:
        """The API under whose home a path lies."""
        for home, api in self._homes:
            if path.startswith(home) and path[len(home) : len(home) + 1] in (b"", b"/"):
                return api
        return None

    def _perform_due(self, namespace: Namespace) -> None:
        """Make the planned requests whose moment has come, each at its own moment."""
        for planned in namespace.schedule.due(namespace.clock.now()):
            with namespace.clock.pretend(planned.due or 0):
                self._perform(planned, namespace)

    def _perform_after(self, subject: MatchCandidate, namespace: Namespace) -> None:
        """Make the planned requests that waited for this one."""
        for planned in namespace.schedule.seen(subject):
            self._perform(planned, namespace)

    def _perform(self, planned: ScheduledRequest, namespace: Namespace) -> None:
        request = planned.request
        operation, names = self._route(request)
        if operation is None or not operation.api.journaled:
            operation, api = None, self._owner(request.path)
            response = error_response(not_found(request), api, None, request, namespace)
        else:
            api, response = operation.api, operation.answer(request, names, namespace)
        owner = None if api is None else api.name
        named = None if operation is None else operation.id
        at = namespace.clock.now()
        planned.status = response.status
        namespace.journal.add(Exchange(at, 0, owner, named, request, response, None, planned.id))


class _ServedAPI(RoutedAPI[ServedOperation]):  # type: ignore[misc]
    """One API's operations, made from Connexion's and routed by our router."""

    def __init__(
        self,
        specification: Specification,
        base_path: str,
        resolver: Any,
        *,
        served: Api,
        router: Router[ServedOperation],
    ) -> None:
        super().__init__(specification, base_path, resolver, next_app=None)
        self._served = served
        self._router = router
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> ServedOperation:
        """What serves an operation: Connexion's says the handler, the contract the rest."""
        ours = self._served.contract.operation(operation.method, operation.path)
        made = ServedOperation(ours, operation.function, self._served)
        self._router.add(ours.method, self.base_path + ours.path, made)
        return made


def _admitted(api: Api, request: Request, namespace: Namespace, at: int) -> RawHeaders:
    """The headers that tell of an API's limit. Raises Problem 403 or 429."""
    if api.guard is not None:
        api.guard.check(request)
    return () if api.limit is None else api.limit.count(namespace.limits, api.name, at)


async def _answer(
    operation: ServedOperation, request: Request, names: tuple[str, ...], namespace: Namespace
) -> tuple[Response, str | None]:
    """The operation's answer, and the fault that struck it."""
    api = operation.api
    if namespace.faults.planned and api.journaled:
        fault = namespace.faults.first_match(MatchCandidate(api.name, operation.id, request))
        if fault is not None:
            answer = partial(operation.answer, request, names, namespace)
            return apply_fault(
                fault, api, operation.operation, request, namespace, answer
            ), fault.id
    try:
        return operation.answer(request, names, namespace), None
    except NotYet as pending:
        return operation.say(await pending.value), None


def _is_page(request: Request) -> bool:
    path = request.path
    return path in _PAGES or path.startswith(_PAGES_BELOW)


def _for_pages(scope: Scope, path: bytes, namespace: Namespace) -> Scope:
    path_ = unquote(path.decode("latin-1"))
    return {**scope, "path": path_, "raw_path": path, "root_path": namespace.root}


def _unrouted(request: Request, allowed: tuple[str, ...]) -> Response:
    """The reply where no operation has this method and path, and its path has the allowed ones.

    Raises Problem 404 or 405.
    """
    if not allowed:
        raise not_found(request)
    methods = {*allowed, "OPTIONS", *(["HEAD"] if "GET" in allowed else [])}
    allow = ", ".join(sorted(methods))
    if request.method == "OPTIONS":
        return Response(204, b"", None, ((b"allow", allow.encode()),))
    raise Problem(
        405,
        "method not allowed",
        code="METHOD_NOT_ALLOWED",
        headers=(("allow", allow),),
        violations=(Violation("path", "", f"{request.method} is not one of {allow}"),),
    )
