"""CORS: which pages of other origins may call an API, and the headers that tell their browsers.

Starlette's CORSMiddleware does not fit: it has one list of methods for all paths, cannot expose a
response's own headers, knows no origins of this machine with any port, looks through the headers of
every request, and lets requests without a permission change state. `NamespaceMiddleware`, the
outermost one, asks this module about requests with the headers of browsers only, and sends the
response by what it returns: errors, streams and pages have the headers, too.

The control API has a rule of its own (`http.control_access`), and gives no permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem, UsageError, header_problem
from understudy.http.asgi_request import Scope, check_headers
from understudy.http.asgi_response import Send
from understudy.http.messages import Headers, Request, Response
from understudy.openapi.cors import AllowedOrigins, DeclaredCors
from understudy.serving.api import Api
from understudy.serving.socketio import PATH as SOCKETIO

if TYPE_CHECKING:
    from understudy.serving.middleware.routing import RoutingMiddleware

#: Methods that change nothing.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: Response headers that pages can read without a permission, and those that they never can.
_NOT_EXPOSED = frozenset(
    [
        *(b"cache-control", b"content-language", b"content-length", b"content-type"),
        *(b"expires", b"last-modified", b"pragma", b"set-cookie", b"set-cookie2", b"vary"),
    ]
)

#: Request headers of the stand-in, which pages may send whatever the released server allows.
_OWN_HEADERS = ("x-understudy-", "prefer")

_ALLOW_ORIGIN = b"access-control-allow-origin"
_CREDENTIALS = b"access-control-allow-credentials"
_EXPOSE = b"access-control-expose-headers"


@dataclass(frozen=True, slots=True)
class Permission:
    """The permission for pages of an origin to call an API."""

    origin: bytes
    allowed: AllowedOrigins
    declared: DeclaredCors

    def headers(self) -> Headers:
        """Return the headers that preflights and other responses have."""
        if self.declared.credentials:
            return [(_ALLOW_ORIGIN, self.origin), (_CREDENTIALS, b"true")]
        return [(_ALLOW_ORIGIN, b"*" if self.allowed.any else self.origin)]

    def preflight(self, request: Request, methods: Iterable[str]) -> Response:
        """Return the response to a preflight for a path with these methods."""
        requested = request.headers[b"access-control-request-method"]
        declared = self.declared
        names = list(methods) if declared.methods is None else declared.methods
        headers = self.headers()
        allowed_methods = ", ".join(names).encode() or requested  # no path: the page sees the 404
        headers.append((b"access-control-allow-methods", allowed_methods))
        allowed_headers = self._allowed_headers(request.headers)
        if allowed_headers:
            headers.append((b"access-control-allow-headers", allowed_headers))
        if request.headers.get(b"access-control-request-private-network") == b"true":
            headers.append((b"access-control-allow-private-network", b"true"))
        if declared.max_age is not None:
            headers.append((b"access-control-max-age", b"%d" % declared.max_age))
        vary = b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        return Response(204, b"", None, (*headers, (b"vary", vary)))

    def _allowed_headers(self, headers: Mapping[bytes, bytes]) -> bytes:
        requested = headers.get(b"access-control-request-headers", b"")
        if self.declared.headers is None:
            return requested
        names = [name.strip() for name in requested.decode("latin-1").split(",")]
        own = [name for name in names if name.lower().startswith(_OWN_HEADERS)]
        return ", ".join([*self.declared.headers, *own]).encode("latin-1")

    def added_to(self, headers: Headers) -> Headers:
        """Return the headers of a response with those of the permission, in the place of its
        own."""
        names = list(dict.fromkeys(name.lower() for name, _ in headers))
        replaced = {_ALLOW_ORIGIN, _CREDENTIALS}
        kept = [header for header in headers if header[0].lower() not in replaced]
        kept += self.headers()
        if _EXPOSE not in names:
            exposed = self.declared.exposed_headers
            own = b", ".join(name for name in names if _is_exposed(name))
            value = own if exposed is None else ", ".join(exposed).encode()
            kept += [(_EXPOSE, value)] if value else []
        return _with_vary(kept)


class Cors:
    """Decides on requests that say their origin; `allowed` wins over what documents say."""

    def __init__(self, apis: Iterable[Api], allowed: AllowedOrigins | None) -> None:
        self._allowed = allowed
        self._declared = {api: _declared(api) for api in apis}
        #: Knows the API and the methods of a path; set when the list of middlewares is built.
        self.routing: RoutingMiddleware | None = None

    def admit(
        self, request: Request, scope: Scope, send: Send, *, is_new: bool
    ) -> tuple[Response | None, Send]:
        """Return the response to a preflight, or None, and how to send the response.

        `is_new` is true if the request's namespace does not exist yet. Raises Problem 403 for a
        request of another site without a permission that would change state.
        """
        if _is_same_origin(request):
            return None, send
        assert self.routing is not None
        headers = request.headers
        is_preflight = request.method == "OPTIONS" and (
            b"origin" in headers and b"access-control-request-method" in headers
        )
        method = request.method
        if is_preflight:
            check_headers(request, len(scope["headers"]))
            method = headers[b"access-control-request-method"].decode("latin-1")
        api, methods = self.routing.locate(method, request.path)
        if api is not None and api.control_access is not None:
            if is_new and self._permission(request, None) is None:
                self._check_site(request)
            return None, send
        permission = self._permission(request, api)
        if permission is None:
            changes_state = (
                is_new
                or is_preflight
                or request.method not in _SAFE_METHODS
                or scope["type"] != "http"
                or request.path.startswith(SOCKETIO)
            )
            if changes_state:
                self._check_site(request)
            return None, _adding(_with_vary, send)
        if is_preflight:
            return permission.preflight(request, methods), send
        return None, _adding(permission.added_to, send)

    def _permission(self, request: Request, api: Api | None) -> Permission | None:
        origin = request.headers.get(b"origin")
        if origin is None or (api is not None and api not in self._declared):
            return None
        declared = DeclaredCors() if api is None else self._declared[api]
        allowed = self._allowed or declared.origins or AllowedOrigins()
        if not allowed.permits(origin.decode("latin-1")):
            return None
        return Permission(origin, allowed, declared)

    def _check_site(self, request: Request) -> None:
        """Raise Problem 403 if a request without a permission comes from a page of another site."""
        any_origin = self._allowed is not None and self._allowed.any
        is_cross_site = request.headers.get(b"sec-fetch-site") == b"cross-site" and not any_origin
        if b"origin" in request.headers or is_cross_site:
            raise _forbidden(request)


def _is_exposed(name: bytes) -> bool:
    return name not in _NOT_EXPOSED and not name.startswith(b"access-control-")


def _declared(api: Api) -> DeclaredCors:
    try:
        return DeclaredCors.from_document(api.contract.document)
    except UsageError as error:
        raise UsageError(f"{api.name}: {error}") from None


def _is_same_origin(request: Request) -> bool:
    """Return whether the page is one of this server. Browsers say it even where a proxy has changed
    `Host`."""
    if request.headers.get(b"sec-fetch-site") == b"same-origin":
        return True
    scheme, sign, authority = request.headers.get(b"origin", b"").partition(b"://")
    return bool(scheme and sign) and authority.lower() == request.headers.get(b"host", b"").lower()


def _forbidden(request: Request) -> Problem:
    origin = request.headers.get(b"origin")
    if origin is None:
        message = "a page of another site may not change anything here"
        return header_problem(403, "Sec-Fetch-Site", message, "FORBIDDEN")
    name = origin.decode("latin-1")[:200]
    message = (
        f"pages of {name!r} may not call this server; `understudy serve --cors {name}` allows it"
    )
    return header_problem(403, "Origin", message, "FORBIDDEN")


def _with_vary(headers: Headers) -> Headers:
    """Return headers that say that the response depends on the origin."""
    varies = b",".join(value for name, value in headers if name.lower() == b"vary").lower()
    names = {name.strip() for name in varies.split(b",")}
    return headers if names & {b"origin", b"*"} else [*headers, (b"vary", b"Origin")]


def _adding(change: Any, send: Send) -> Send:
    """Return a function that sends ASGI messages, the headers of responses changed."""

    async def send_changed(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": change(list(message.get("headers", ())))}
        await send(message)

    return send_changed
