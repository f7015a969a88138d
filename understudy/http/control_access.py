"""Who may use the control API.

On loopback, any page in a browser can send requests to this machine, also under a host name that
it points here. So `Host` must be a name of this machine, and `Origin` must not be another site's.
A server that other machines can reach admits only requests with the token. Probes, by which
containers and load balancers are watched, are admitted everywhere, and learn nothing but a status.
"""

from __future__ import annotations

from hmac import compare_digest

from understudy.errors import Problem, Violation
from understudy.http.host_names import host_name
from understudy.http.messages import Request
from understudy.openapi.servers.cors import is_loopback

#: The header that carries the token.
HEADER = "X-Understudy-Token"

#: The environment variable with the token, for the server and for clients in Python.
VARIABLE = "UNDERSTUDY_TOKEN"

#: The environment variables by which clients learn whose certificates to trust: Python's ssl and
#: curl, requests, and Node.js.
TRUST_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")

#: The paths of probes, and the tenant that their operations get for them.
_PROBED = frozenset({b"/_understudy/health", b"/_understudy/ready"})
PROBE = "probe"
_NOT_OF_PROBES = (HEADER.lower().encode(), b"origin", b"sec-fetch-site")

#: The key that tests use for an API, if they name no other one; also what it stands for.
DEFAULT_KEY = "understudy"


class ControlAccess:
    """Checks requests by the token if there is one, else by their `Host` and the page that sends
    them.

    `host` is the name or address that the server was started with, and `address` the one that it
    has bound; without it `host` is.
    """

    def __init__(self, host: str, token: str | None = None, *, address: str | None = None) -> None:
        self.host = host.lower()
        self._token = token
        #: Whether only this machine can reach the server.
        self.is_local = is_loopback(address or host)

    def admit(self, request: Request, *, is_default_namespace: bool) -> str:
        """Return PROBE for a request that may learn only a status, and "" for one that may use the
        control API. Raises Problem 403.

        A probe may not create a namespace, for which another might have to go.
        """
        try:
            self.check(request)
        except Problem:
            if is_default_namespace and _is_probe(request):
                return PROBE
            raise
        return ""

    def check(self, request: Request) -> None:
        """Check that a request may use the control API. Raises Problem 403."""
        if self._token is not None:
            given = request.headers.get(HEADER.lower().encode(), b"")
            if not compare_digest(given, self._token.encode()):
                raise _forbidden(HEADER, f"needs the token of `serve --token` in {HEADER}")
            return
        if not self.is_local:
            raise _forbidden(
                HEADER,
                "is closed on a server that other machines can reach: start it with "
                f"`serve --token SECRET`, and send that in {HEADER}",
            )
        self._check_host(request)
        _check_page(request)

    def _check_host(self, request: Request) -> None:
        host = request.headers.get(b"host", b"")
        name = host_name(host) or ""
        if not (is_loopback(name) or name == self.host):
            raise _forbidden(
                "Host",
                f"is for names of this machine, not for {host.decode('latin-1')[:200]!r}; "
                f"`serve --token SECRET` admits every name, with {HEADER}",
            )


def _is_probe(request: Request) -> bool:
    """Return whether a request asks for a status; whoever sends a token wants to know that it is
    wrong, and no page may ask."""
    is_asking = request.method in ("GET", "HEAD") and request.path in _PROBED
    return is_asking and request.headers.keys().isdisjoint(_NOT_OF_PROBES)


def _check_page(request: Request) -> None:
    """Check that a request does not come from a page of another server. Raises Problem 403."""
    origin = request.headers.get(b"origin", b"")
    _, _, authority = origin.partition(b"://")
    if origin and authority != request.headers.get(b"host"):
        raise _forbidden("Origin", f"is not for pages of {origin.decode('latin-1')[:200]!r}")
    if request.headers.get(b"sec-fetch-site") in (b"cross-site", b"same-site"):
        raise _forbidden("Sec-Fetch-Site", "is not for pages of other servers")


def _forbidden(header: str, message: str) -> Problem:
    reason = f"the control API {message}"
    violation = Violation("header", f"/{header}", reason)
    return Problem(403, reason, code="FORBIDDEN", violations=(violation,))
