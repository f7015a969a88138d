"""Where requests come on: namespace, routing, body, the operation's answer, journal, reply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, unquote

from understudy.errors import Problem, UsageError, Violation
from understudy.exchange import Exchange, Reply, Request
from understudy.framework import AbstractOperation, RoutedAPI, Specification, SpecMiddleware
from understudy.limits import RawHeaders
from understudy.namespace import DEFAULT, Namespace, Namespaces
from understudy.operation import ServedOperation
from understudy.project import Api
from understudy.refusal import refuse, unknown
from understudy.router import Router
from understudy.sockets import PATH, Switchboard

#: Bytes of the largest body that is read.
MOST_BODY_BYTES = 5_000_000
#: Headers of a request, and bytes of their names and values.
MOST_HEADERS = 200
MOST_HEADER_BYTES = 65_536

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_PREFIX = b"/_ns/"
_PAGES = (b"/", b"/_understudy", b"/_understudy/")
_PAGES_BELOW = (b"/_understudy/docs", b"/_understudy/specs", b"/docs/")


class Stage(SpecMiddleware):  # type: ignore[misc]
    """The ASGI middleware that answers by contract. What no contract has goes to `app`."""

    def __init__(self, app: Any, namespaces: Namespaces) -> None:
        self._app = app
        self._namespaces = namespaces
        self._router: Router[ServedOperation] = Router()
        self._homes: list[tuple[bytes, Api]] = []
        self._sockets: Switchboard | None = None

    def add_api(
        self, specification: Specification, *, served: Api, base_path: str, resolver: Any, **_: Any
    ) -> None:
        """Register an API with Connexion's reading of its document."""
        _ServedAPI(specification, base_path, resolver, served=served, router=self._router)
        self._homes.append((quote(served.contract.home).encode(), served))
        self._homes.sort(key=lambda home: -len(home[0]))
        if served.received is not None:
            if self._sockets is not None:
                raise UsageError(f"{served.name}: only one API can have the path {PATH.decode()}")
            self._sockets = Switchboard(served)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, from the server's hands and back into them."""
        if scope["type"] != "http":
            await self._decline(scope, receive, send)
            return
        began = time.perf_counter_ns()
        path, name = _split_namespace(scope)
        request = Request(scope["method"], path, scope["query_string"], dict(scope["headers"]))
        try:
            space = self._namespaces.get(name or _named_by_header(request) or DEFAULT)
        except Problem as problem:
            await _send(refuse(problem, None, None, request, None), send)
            return
        operation, names = self._route(request)
        if operation is None and self._sockets and path.startswith(PATH):
            await self._sockets(scope, receive, send, space)
            return
        if operation is None and _is_page(request):
            await self._app(_for_pages(scope, path, space), receive, send)
            return
        api = self._owner(path) if operation is None else operation.api
        at = space.clock.now()
        limit: RawHeaders = ()
        try:
            _check_headers(request, len(scope["headers"]))
            if api is not None and api.limit is not None:
                limit = api.limit.count(space.limits, api.name, at)
            if operation is None:
                reply = _unrouted(request, names)
            else:
                if operation.takes_body:
                    request.body = await _read_body(request, receive)
                reply = operation.answer(request, names, space)
        except Problem as problem:
            reply = refuse(problem, api, None, request, space)
        except _HungUp:
            return
        if api is None or api.journaled:
            took = (time.perf_counter_ns() - began) // 1000
            space.journal.add(
                Exchange(
                    at,
                    took,
                    None if api is None else api.name,
                    None if operation is None else operation.id,
                    request,
                    reply,
                )
            )
        await _send(reply._replace(headers=reply.headers + limit) if limit else reply, send)

    async def _decline(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lifespan has nothing to start here; web sockets are those of Socket.IO, or not served."""
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        path, name = _split_namespace(scope)
        request = Request("GET", path, scope["query_string"], dict(scope["headers"]))
        with suppress(Problem):  # no namespace has such a name
            if self._sockets is not None and path.startswith(PATH):
                space = self._namespaces.get(name or _named_by_header(request) or DEFAULT)
                await self._sockets(scope, receive, send, space)
                return
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    def _route(self, request: Request) -> tuple[ServedOperation | None, tuple[str, ...]]:
        """The operation and its path parameters' names; without one, the methods of the path."""
        found = self._router.find(request.method, request.path)
        if type(found) is not tuple and request.method == "HEAD":
            found = self._router.find("GET", request.path)
        if isinstance(found, tuple):
            operation, names, request.arguments = found
            return operation, names
        return None, tuple(found)

    def _owner(self, path: bytes) -> Api | None:
        """The API under whose home a path lies."""
        for home, api in self._homes:
            if path.startswith(home) and path[len(home) : len(home) + 1] in (b"", b"/"):
                return api
        return None


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


class _HungUp(Exception):
    """The client went away before its request was whole."""


def _split_namespace(scope: Scope) -> tuple[bytes, str]:
    """The undecoded path without `/_ns/NAME`, and that name."""
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    if not path.startswith(_PREFIX):
        return path, ""
    name, slash, rest = path[len(_PREFIX) :].partition(b"/")
    return slash + rest or b"/", unquote(name.decode("latin-1"))


def _named_by_header(request: Request) -> str:
    name = request.headers.get(b"x-understudy-namespace")
    return "" if name is None else name.decode("latin-1")


def _is_page(request: Request) -> bool:
    path = request.path
    return path in _PAGES or path.startswith(_PAGES_BELOW)


def _for_pages(scope: Scope, path: bytes, space: Namespace) -> Scope:
    root = "" if space.name == DEFAULT else f"/_ns/{space.name}"
    return {**scope, "path": unquote(path.decode("latin-1")), "raw_path": path, "root_path": root}


def _check_headers(request: Request, count: int) -> None:
    headers = request.headers
    request.size = size = sum(map(len, headers)) + sum(map(len, headers.values()))
    if count > MOST_HEADERS:
        raise _too_large(431, f"there are {count} headers; at most {MOST_HEADERS} are read")
    if size > MOST_HEADER_BYTES:
        raise _too_large(431, f"the headers take {size} bytes; at most {MOST_HEADER_BYTES} do")


def _unrouted(request: Request, allowed: tuple[str, ...]) -> Reply:
    """The reply where no operation has this method and path, and its path has the allowed ones.

    Raises Problem 404 or 405.
    """
    if not allowed:
        raise unknown(request)
    methods = {*allowed, "OPTIONS", *(["HEAD"] if "GET" in allowed else [])}
    allow = ", ".join(sorted(methods))
    if request.method == "OPTIONS":
        return Reply(204, b"", None, ((b"allow", allow.encode()),))
    raise Problem(
        405,
        "method not allowed",
        code="METHOD_NOT_ALLOWED",
        headers=(("allow", allow),),
        violations=(Violation("path", "", f"{request.method} is not one of {allow}"),),
    )


async def _read_body(request: Request, receive: Receive) -> bytes:
    length = request.headers.get(b"content-length", b"0").lstrip(b"0") or b"0"
    if len(length) > 15 or int(length) > MOST_BODY_BYTES:
        raise _too_large(413, f"request body too large: at most {MOST_BODY_BYTES} bytes")
    if request.headers.get(b"content-encoding", b"identity") != b"identity":
        raise Problem(
            415,
            "Content-Encoding is not supported",
            code="UNSUPPORTED_MEDIA_TYPE",
            violations=(Violation("header", "/Content-Encoding", "is not supported"),),
        )
    try:
        return await _all_of(receive)
    except asyncio.CancelledError:  # the server ends while half a request is there
        raise _HungUp from None


async def _all_of(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and message["type"] == "http.request":
        return body
    chunks = [body]
    size = len(body)
    while message.get("more_body"):
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MOST_BODY_BYTES:
            raise _too_large(413, f"request body too large: at most {MOST_BODY_BYTES} bytes")
    if message["type"] == "http.disconnect":
        raise _HungUp
    return b"".join(chunks)


def _too_large(status: int, message: str) -> Problem:
    code = "PAYLOAD_TOO_LARGE" if status == 413 else "HEADERS_TOO_LARGE"
    where = "body" if status == 413 else "header"
    return Problem(status, message, code=code, violations=(Violation(where, "", message),))


async def _send(reply: Reply, send: Send) -> None:
    if reply.wait:
        await asyncio.sleep(reply.wait)
    headers = []
    if reply.status != 204 and not reply.chunks:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    if reply.media_type is not None:
        headers.append((b"content-type", reply.media_type))
    if reply.headers:
        headers += reply.headers
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    for chunk in reply.chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    body = b"" if reply.chunks else reply.body
    await send({"type": "http.response.body", "body": body})
