"""A request and its response as plain values, and both together as an exchange.

They are structs of msgspec, which are made in a third of the time that named tuples take. The
garbage collector does not look at them (`gc=False`): none of them refers back to what holds it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlsplit

import msgspec

Headers = list[tuple[bytes, bytes]]

#: A body of which each part is sent as soon as it is there.
ByteStream = AsyncGenerator[bytes, None]

#: The directions of an exchange: with a client of ours, or with a server that we called.
INCOMING, OUTGOING = "incoming", "outgoing"

#: What the path and the query of a URL may contain unquoted.
_SAFE = "/?:@!$&'()*+,;=-._~%[]"

#: Headers that have one value, in which a comma may stand.
_NO_LISTS = frozenset(
    {b"authorization", b"content-length", b"content-type", b"host", b"user-agent", b"referer"}
)


class Request(msgspec.Struct, eq=False, gc=False):
    """A request as it was received.

    `path` is undecoded, and without the namespace's prefix. `headers` have lower-case names.
    `path_values` are the undecoded values of the path template's parameters. `size` is the size of
    the headers in bytes.
    """

    method: str
    path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    body: bytes = b""
    path_values: Sequence[bytes] = ()
    size: int = 0

    @classmethod
    def to_url(
        cls, method: str, url: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Request:
        """Return the request to a URL, of which the origin is left out. Raises ValueError."""
        parts = urlsplit(url)
        path, query = (
            quote(part, safe=_SAFE).encode() for part in (parts.path or "/", parts.query)
        )
        lower = [(name.lower().encode("latin-1"), _encoded(value)) for name, value in headers]
        return cls(method.upper(), path, query, headers_by_name(lower), body)


class Upload(bytes):
    """A file in a form, with the name and the media type that the client gave it."""

    filename: str
    media_type: str

    def __new__(cls, body: bytes, filename: str = "", media_type: str = "") -> Upload:
        """Return a file with these bytes."""
        upload = super().__new__(cls, body)
        upload.filename = filename
        upload.media_type = media_type
        return upload


class Content(NamedTuple):
    """What a handler returns if the body of its response is not JSON.

    A tuple of bytes is sent in these chunks; a stream is sent as it yields bytes.
    """

    body: bytes | tuple[bytes, ...] | ByteStream
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()


class DocumentedValue(NamedTuple):
    """The value of a response that comes from the document; `value_for` returns it for one of the
    declared media types, or raises Problem 501."""

    value_for: Callable[[Any], Any]


class Response(msgspec.Struct, frozen=True, gc=False):
    """A response, and how it is sent.

    It is sent after `wait` seconds. If there are `chunks`, they are sent in place of the body, with
    a `pause` (in seconds) between them. A `stream` is sent as it yields bytes; empty bytes check
    whether the client is still connected. With `disconnect` ("close" or "reset") the connection is
    then cut; with the status 0 nothing is sent before that. `violations` are how the exchange
    breaks its contract.
    """

    status: int
    body: bytes = b""
    media_type: bytes | None = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    violations: tuple[Any, ...] = ()
    chunks: tuple[bytes, ...] = ()
    wait: float = 0
    pause: float = 0
    disconnect: str = ""
    stream: ByteStream | None = None

    @classmethod
    def received(
        cls, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Response:
        """Return the response that a client received, its body decoded."""
        encoded = [(name.encode("latin-1"), _encoded(value)) for name, value in headers]
        return cls.received_raw(status, encoded, body)

    @classmethod
    def received_raw(cls, status: int, headers: Headers, body: bytes) -> Response:
        """Return the response that a client received, with headers as they were on the wire."""
        media_type = next((v for name, v in headers if name.lower() == b"content-type"), None)
        others = tuple((n.lower(), v) for n, v in headers if n.lower() != b"content-type")
        return cls(status, body, media_type, others)

    @property
    def sent(self) -> bytes:
        """The part of the body that is sent."""
        return b"".join(self.chunks) if self.chunks else self.body

    def with_headers(self, added: tuple[tuple[bytes, bytes], ...]) -> Self:
        """Return the response with these headers, each in place of one of the same name; the added
        names are in lower case."""
        names = {name for name, _ in added}
        kept = tuple(header for header in self.headers if header[0].lower() not in names)
        return self.replace(headers=kept + added)

    def replace(self, **changes: Any) -> Self:
        """Return the response with other values."""
        return msgspec.structs.replace(self, **changes)


class Attempt(NamedTuple):
    """An attempt to send a callback or a webhook: when it began, by the namespace's clock, and the
    status (0: none) and the error that it ended with."""

    at: int
    status: int
    error: str


class Exchange(msgspec.Struct, frozen=True, gc=False):
    """A request and the response that its client received.

    `at` is the time of the request by the namespace's clock, in microseconds since 1970, and `took`
    the time until the response, in microseconds. `fault` is the id of the fault rule that was
    applied, `schedule` that of the scheduled request that this is. A response from a recording has
    its file and entry in `recording`.

    Exchanges with other servers also have the `origin` of the server ("http://host:1"), a `name` in
    their recording, the reasons why the body of the "request" or of the "response" is not known
    (`missing_bodies`), and the `error` by which the response is missing (then the status is 0) or
    cut short. A callback or a webhook is OUTGOING, and was sent in so many `attempts`, of which the
    response is the last one's; the others are `earlier_attempts`.
    """

    at: int
    took: int
    api: str | None
    operation: str | None
    request: Request
    response: Response
    fault: str | None = None
    schedule: str | None = None
    origin: str = ""
    name: str = ""
    missing_bodies: Mapping[str, str] = MappingProxyType({})
    error: str = ""
    direction: str = INCOMING
    attempts: int = 0
    earlier_attempts: Sequence[Attempt] = ()
    recording: str | None = None

    @property
    def url(self) -> str:
        """The URL of the request; without an origin it is a path and a query."""
        query = self.request.query.decode("latin-1")
        path = self.request.path.decode("latin-1")
        return f"{self.origin}{path}?{query}" if query else f"{self.origin}{path}"

    def replace(self, **changes: Any) -> Self:
        """Return the exchange with other values."""
        return msgspec.structs.replace(self, **changes)


def headers_by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers with lower-case names as a mapping.

    The values of a name that comes several times are one list (RFC 9110, section 5.3); of a header
    that is no list, the last counts.
    """
    named = dict(headers)
    if len(named) == len(headers):
        return named
    named.clear()
    for name, value in headers:
        if name in named and name not in _NO_LISTS:
            value = named[name] + (b"; " if name == b"cookie" else b", ") + value
        named[name] = value
    return named


def origin_of(url: str) -> str:
    """Return the scheme and authority of a URL ("http://host:1"), or "" for a path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()
