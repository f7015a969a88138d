"""Which pages may call the server: by their origin (CORS), and by the name of the host.

Starlette's CORSMiddleware does not fit: it has one list of methods for all paths, cannot expose a
response's own headers, knows no origins of this machine with any port, looks through the headers of
every request, and lets requests without a permission change state. `NamespaceMiddleware`, the
outermost one, asks this module about requests with the headers of browsers or an unknown `Host`
only, and sends the response by what it returns: errors and streams have the headers, too.

The control API has a rule of its own (`http.control_access`), and gives no permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem, UsageError, header_problem
from understudy.http.asgi_request import Scope, check_headers
from understudy.http.asgi_response import Send
from understudy.http.host_names import HostNames, host_name
from understudy.http.messages import Headers, Request, Response, origin_of
from understudy.openapi.servers.cors import AllowedOrigins, DeclaredCors
from understudy.serving.api import Api

if TYPE_CHECKING:
    from understudy.serving.middleware.routing import RoutingMiddleware

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
        requested = request.headers.get(b"access-control-request-method", b"")
        declared = self.declared
        names = ", ".join(methods) if declared.methods is None else ",".join(declared.methods)
        headers = self.headers()
        allowed_methods = names.encode() or requested  # no path: the page sees the 404
        headers.append((b"access-control-allow-methods", allowed_methods))
        allowed_headers = self._allowed_headers(request.headers)
        if allowed_headers:
            headers.append((b"access-control-allow-headers", allowed_headers))
        if request.headers.get(b"access-control-request-private-network") == b"true":
            headers.append((b"access-control-allow-private-network", b"true"))
        if declared.max_age is not None:
            headers.append((b"access-control-max-age", b"%d" % declared.max_age))
        return Response(204, b"", None, (*headers, (b"vary", self._vary())))

    def _allowed_headers(self, headers: Mapping[bytes, bytes]) -> bytes:
        requested = headers.get(b"access-control-request-headers", b"")
        if self.declared.headers is None:
            return requested
        names = [name.strip() for name in requested.decode("latin-1").split(",")]
        own = [name for name in names if name.lower().startswith(_OWN_HEADERS)]
        return ",".join([*self.declared.headers, *own]).encode("latin-1")

    def _vary(self) -> bytes:
        """Return the request headers on which a preflight's answer depends."""
        names = [b"Origin"]
        if self.declared.methods is None:
            names.append(b"Access-Control-Request-Method")
        if self.declared.headers is None:
            names.append(b"Access-Control-Request-Headers")
        return b", ".join(names)

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
    """Decides on requests of pages; `allowed` wins over what documents say.

    `serves_page` says whether a path is that of a page for people, to which every site may link.
    """

    def __init__(
        self,
        apis: Iterable[Api],
        allowed: AllowedOrigins | None,
        host_names: HostNames,
        serves_page: Callable[[bytes], bool],
    ) -> None:
        self._allowed = allowed
        self._declared = {api: _declared(api) for api in apis}
        self.host_names = host_names
        self._serves_page = serves_page
        #: Knows the API and the methods of a path; set when the list of middlewares is built.
        self.routing: RoutingMiddleware | None = None

    def check_host(self, request: Request, *, is_default_namespace: bool) -> None:
        """Check a request whose `Host` is not one of `host_names`; the token of the control API
        opens that under every name, and probes may use every name. Raises Problem 403."""
        api, _, is_page = self._target(request.method, request.path)
        if api is None or api.control_access is None or is_page:
            raise _unknown_host(request)
        api.control_access.admit(request, is_default_namespace=is_default_namespace)

    def admit(
        self, request: Request, scope: Scope, send: Send, *, is_new: bool
    ) -> tuple[Response | None, Send]:
        """Return the response to a preflight, or None, and how to send the response.

        `is_new` is true if the request's namespace does not exist yet. Raises Problem 403 for a
        request of a page without a permission. A person may follow a link of another site to a page
        of this server.
        """
        if _is_same_origin(request):
            return None, send
        headers = request.headers
        requested = headers.get(b"access-control-request-method", b"").decode("latin-1")
        is_preflight = request.method == "OPTIONS" and b"origin" in headers and bool(requested)
        if is_preflight:
            check_headers(request, len(scope["headers"]))
        method = requested if is_preflight else request.method
        api, methods, is_page = self._target(method, request.path)
        if api is not None and api.control_access is not None and not is_page:
            api.control_access.check(request)
            return None, send
        permission = self._permission(request, None if is_page else api)
        if permission is None:
            if is_new or not (is_page and _is_navigation(request)):
                self._check_site(request, None if is_page else api)
            return None, _adding(_with_vary, send)
        if is_page:
            return None, send
        if is_preflight or (request.method == "OPTIONS" and permission.declared.answers_options):
            return permission.preflight(request, methods), send
        return None, _adding(permission.added_to, send)

    def _target(self, method: str, path: bytes) -> tuple[Api | None, list[str], bool]:
        """Return the API of a method and a path, the methods that the path allows, and whether a
        page for people answers."""
        assert self.routing is not None
        api, methods = self.routing.locate(method, path)
        return api, methods, method not in methods and self._serves_page(path)

    def _permission(self, request: Request, api: Api | None) -> Permission | None:
        origin = request.headers.get(b"origin")
        if origin is None or (api is not None and api not in self._declared):
            return None
        allowed = self._allowed_origins(api)
        if not allowed.permits(origin.decode("latin-1")):
            return None
        return Permission(origin, allowed, self._declaration(api))

    def _declaration(self, api: Api | None) -> DeclaredCors:
        return DeclaredCors() if api is None else self._declared.get(api, DeclaredCors())

    def _allowed_origins(self, api: Api | None) -> AllowedOrigins:
        return self._allowed or self._declaration(api).origins or AllowedOrigins()

    def _check_site(self, request: Request, api: Api | None) -> None:
        """Raise Problem 403 if a request without a permission comes from a page of another site.

        Images and the like have no `Origin`; then `Referer` says the page, if that allows it.
        """
        if b"origin" in request.headers:
            raise _forbidden(request)
        allowed = self._allowed_origins(api)
        site = request.headers.get(b"sec-fetch-site")
        is_foreign = site == b"cross-site" or (site == b"same-site" and not allowed.loopback)
        if is_foreign and not allowed.permits(_origin_of_referer(request)):
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


def _is_navigation(request: Request) -> bool:
    """Return whether a browser opens a page in a tab, as by a link."""
    headers = request.headers
    is_of_tab = headers.get(b"sec-fetch-dest") == b"document"
    return request.method == "GET" and is_of_tab and headers.get(b"sec-fetch-mode") == b"navigate"


def _origin_of_referer(request: Request) -> str:
    try:
        return origin_of(request.headers.get(b"referer", b"").decode("latin-1"))
    except ValueError:  # brackets without an IPv6 address
        return ""


def _forbidden(request: Request) -> Problem:
    origin = request.headers.get(b"origin")
    if origin is None:
        message = (
            "a page of another site may not call this server; "
            "`understudy serve --cors ORIGIN` allows it"
        )
        return header_problem(403, "Sec-Fetch-Site", message, "FORBIDDEN")
    name = origin.decode("latin-1")[:200]
    message = (
        f"pages of {name!r} may not call this server; `understudy serve --cors {name}` allows it"
    )
    return header_problem(403, "Origin", message, "FORBIDDEN")


def _unknown_host(request: Request) -> Problem:
    host = request.headers[b"host"]
    text = host.decode("latin-1")[:200]
    message = f"{text!r} is no name of this server, which only this machine can reach"
    if host_name(host) is not None:
        message += f"; `understudy serve --cors loopback,http://{text}` allows it"
    return header_problem(403, "Host", message, "FORBIDDEN")


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
