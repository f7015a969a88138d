"""Credentials in messages: which headers and parameters carry them, and texts without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any
from urllib.parse import unquote_to_bytes

from understudy.errors import Violation
from understudy.http.control_access import HEADER
from understudy.http.messages import Headers, Request, Response
from understudy.openapi.contract import Contract

#: Replaces a credential.
REDACTED = "***"

#: Names of headers and parameters with credentials, in lower case, whatever a contract says.
_USUAL = re.compile(
    rb"(?:.*[-_.])?(?:"
    rb"(?:access|api|auth|bearer|csrf|id|private|refresh|security|session|xsrf)[-_.]?token|"
    rb"(?:access|api|auth|private|secret|subscription)[-_.]?key|authorization|jwt|"
    rb"client[-_.]?assertion|client[-_.]?secret|passphrase|passw(?:or)?d|pwd|secret"
    rb")|(?:x-)?token|x-auth|(?:set-)?cookie|"
    rb"x-(?:amz|goog)-signature|" + HEADER.lower().encode()
)

#: A secret value that is shorter is replaced in a text only where it stands in quotes.
_SHORTEST = 6

_USER_INFO = re.compile(r"(?<=://)[^/?#]*@")


class Secrets:
    """The names of the headers and query parameters that carry credentials: the usual ones, and
    those of the security schemes of contracts. URLs of requests to ourselves have the `scheme`."""

    def __init__(self, contracts: Iterable[Contract] = (), scheme: str = "http") -> None:
        self._scheme = scheme
        schemes = [s for contract in contracts for s in contract.security_schemes.values()]
        self._headers, self._parameters = (
            frozenset(_lower(s["name"]) for s in schemes if _is_key(s, place))
            for place in ("header", "query")
        )

        self._known_key: str | None = None

    def except_key(self, key: str) -> Secrets:
        """Return the same, for texts in which a key that is no secret may stand."""
        other = copy(self)
        other._known_key = key
        return other

    def in_header(self, name: bytes) -> bool:
        """Return whether the header of a name in lower case carries credentials."""
        return name in self._headers or _USUAL.fullmatch(name) is not None

    def in_query(self, name: bytes) -> bool:
        """Return whether the query parameter of a name, decoded, carries credentials."""
        lower = name.lower()
        return lower in self._parameters or _USUAL.fullmatch(lower) is not None

    def header(self, name: bytes, value: bytes) -> str:
        """Return the value of a header, redacted if it is a credential."""
        text = value.decode("latin-1")
        return self._redacted(text) if self.in_header(name.lower()) else text

    def parameter(self, name: str, value: str) -> str:
        """Return the decoded value of a query parameter, redacted if it is a credential."""
        return self._redacted(value) if self.in_query(name.encode()) else value

    def _redacted(self, value: str) -> str:
        """Return what stands for a credential: nothing if it is empty, a key that is no secret as
        it is, alone or after its scheme."""
        is_known = self._known_key is not None and value.rpartition(" ")[2] == self._known_key
        return REDACTED if value and not is_known else value

    def _redacted_bytes(self, value: bytes) -> bytes:
        return self._redacted(value.decode("latin-1")).encode("latin-1")

    def address(self, url: str) -> str:
        """Return a URL, or a path and a query, redacted."""
        before, sign, query = url.partition("?")
        return without_user(before) + sign + self._query(query.encode()).decode()

    def definition(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Return a fault rule or a scheduled request, as the control API has them, redacted."""
        return {name: self._part(name, value) for name, value in definition.items()}

    def _part(self, name: str, value: Any) -> Any:
        if name in ("when", "then", "after", "request"):
            return self.definition(value)
        if name == "responses":
            return [self.definition(response) for response in value]
        if name == "headers":
            secret = {name for name in value if self.in_header(name.lower().encode())}
            return {name: REDACTED if v and name in secret else v for name, v in value.items()}
        if name == "query":
            return {name: self.parameter(name, v) for name, v in value.items()}
        if name in ("path", "callback_url") and isinstance(value, str):
            return self.address(value)
        return value

    def headers(self, request: Request) -> dict[str, str]:
        """Return the headers of a request by their names in lower case, redacted."""
        headers = request.headers.items()
        return {name.decode("latin-1"): self.header(name, value) for name, value in headers}

    def response_headers(self, request: Request, headers: Headers) -> Iterator[tuple[str, str]]:
        """Yield the headers of the response to a request, redacted."""
        for name, value in headers:
            yield name.decode("latin-1"), self.text(self.header(name, value), request)

    def query(self, request: Request) -> str:
        """Return the undecoded query of a request, redacted."""
        return self._query(request.query).decode("latin-1")

    def url(self, request: Request, root: str) -> str:
        """Return the URL of a request, redacted.

        `root` is the prefix of its path. If it has no origin, the header `host` says it.
        """
        host = request.headers.get(b"host", b"localhost").decode("latin-1")
        query = self.query(request)
        start = without_user(root) if "://" in root else f"{self._scheme}://{host}{root}"
        return start + request.path.decode("latin-1") + (f"?{query}" if query else "")

    def text(self, text: str, request: Request) -> str:
        """Return a text about a request, without the credentials of the request."""
        for value in self._values(request):
            for quoted in (f'"{value}"', f"'{value}'", f'\\"{value}\\"'):
                text = text.replace(quoted, quoted.replace(value, REDACTED))
            if len(value) >= _SHORTEST:
                text = text.replace(value, REDACTED)
        return text

    def response_body(self, request: Request, response: Response) -> bytes:
        """Return the body of a response; that of an error, which may quote the request, without the
        credentials of the request."""
        if response.status < 400:
            return response.sent
        text = response.sent.decode(errors="surrogateescape")
        return self.text(text, request).encode(errors="surrogateescape")

    def violation(self, violation: Violation, request: Request) -> dict[str, Any]:
        """Return a violation of a request or its response as JSON, redacted."""
        return {**violation.as_json(), "message": self.text(violation.message, request)}

    def _query(self, query: bytes) -> bytes:
        return b"&".join(
            name + sign + (self._redacted_bytes(value) if self.in_query(_decoded(name)) else value)
            for name, sign, value in _fields(query)
        )

    def _values(self, request: Request) -> Iterator[str]:
        for name, value in request.headers.items():
            if value and self.in_header(name):
                whole = value.decode("latin-1")
                sign = "=" if name == b"cookie" else " "
                parts = (part.partition(sign)[2] for part in whole.split("; "))
                yield from filter(None, (whole, *parts))
        for name, _, value in _fields(request.query):
            if value and self.in_query(_decoded(name)):
                yield value.decode("latin-1")
                yield _decoded(value).decode(errors="replace")


def without_user(url: str) -> str:
    """Return a URL without the name and the password of a user."""
    return _USER_INFO.sub(f"{REDACTED}@", url)


def _is_key(scheme: dict[str, Any], place: str) -> bool:
    return scheme.get("in") == place and isinstance(scheme.get("name"), str)


def _lower(name: str) -> bytes:
    return name.lower().encode()


def _fields(query: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    return (field.partition(b"=") for field in query.split(b"&"))


def _decoded(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))
