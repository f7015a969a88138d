"""Who may use the control API.

On loopback, any page in a browser can send requests to this machine, also under a host name that
it points here. So `Host` must be a name of this machine, and `Origin` must not be another site's.
A server that other machines can reach admits only requests with the token.
"""

from __future__ import annotations

from hmac import compare_digest
from urllib.parse import SplitResult, urlsplit

from understudy.errors import Problem, Violation
from understudy.http.messages import Request
from understudy.openapi.cors import is_loopback

#: The header that carries the token.
HEADER = "X-Understudy-Token"

#: The key that tests use for an API, if they name no other one; also what it stands for.
DEFAULT_KEY = "understudy"


class ControlAccess:
    """Checks requests by the token if there is one, else by their `Host` and `Origin`."""

    def __init__(self, host: str, token: str | None = None) -> None:
        self._host = host
        self._token = token
        self._is_local = is_loopback(host)

    def check(self, request: Request) -> None:
        """Check that a request may use the control API. Raises Problem 403."""
        if self._token is not None:
            given = request.headers.get(HEADER.lower().encode(), b"")
            if not compare_digest(given, self._token.encode()):
                raise _forbidden(HEADER, f"needs the token of `serve --token` in {HEADER}")
            return
        if not self._is_local:
            raise _forbidden(
                HEADER,
                "is closed on a server that other machines can reach: start it with "
                f"`serve --token SECRET`, and send that in {HEADER}",
            )
        self._check_names(request)

    def _check_names(self, request: Request) -> None:
        host = request.headers.get(b"host", b"").decode("latin-1")
        name = _split(f"//{host}").hostname or ""
        if not (is_loopback(name) or name == self._host):
            raise _forbidden("Host", f"is for names of this machine, not for {host!r}")
        origin = request.headers.get(b"origin", b"").decode("latin-1")
        if origin and _split(origin).netloc != host:
            raise _forbidden("Origin", f"is not for pages of {origin!r}")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # brackets without an IPv6 address
        return urlsplit("")


def _forbidden(header: str, message: str) -> Problem:
    reason = f"the control API {message}"
    violation = Violation("header", f"/{header}", reason)
    return Problem(403, reason, code="FORBIDDEN", violations=(violation,))
