"""One request and its reply, as plain values: what the engine passes on and the journal keeps."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, NamedTuple

Headers = list[tuple[bytes, bytes]]

#: A body that is still being told.
Live = AsyncGenerator[bytes, None]


class Request:
    """A request as it came in. `path` is undecoded and without the namespace's prefix; `size`
    is what its headers take, in bytes."""

    __slots__ = ("body", "headers", "method", "path", "path_values", "query", "size")

    def __init__(self, method: str, path: bytes, query: bytes, headers: dict[bytes, bytes]) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = b""
        self.path_values: list[bytes] = []
        self.size = 0


class Upload(bytes):
    """A file that came in a form, with the name and the media type that the client gave it."""

    filename: str
    media_type: str

    def __new__(cls, body: bytes, filename: str = "", media_type: str = "") -> Upload:
        """The file of these bytes."""
        upload = super().__new__(cls, body)
        upload.filename = filename
        upload.media_type = media_type
        return upload


class Content(NamedTuple):
    """What a handler returns for a body that is not JSON; a tuple of bytes is sent bit by bit, and
    what is told only later, as it comes."""

    body: bytes | tuple[bytes, ...] | Live
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()


class Response(NamedTuple):
    """What is sent back, after `wait` seconds; where there are `chunks`, they are what is sent of
    the body, one by one with a `pause` (in seconds). With an `ending` ("close" or "reset") the
    connection is then cut; a status of 0 sends nothing before that. What a `live` body yields is
    sent as it comes; an empty piece asks whether the client is still there. `violations` are what
    the contract had to say against the exchange."""

    status: int
    body: bytes = b""
    media_type: bytes | None = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    violations: tuple[Any, ...] = ()
    chunks: tuple[bytes, ...] = ()
    wait: float = 0
    pause: float = 0
    ending: str = ""
    live: Live | None = None

    @property
    def sent(self) -> bytes:
        """What was sent of the body."""
        return b"".join(self.chunks) if self.chunks else self.body


class Exchange(NamedTuple):
    """A request and the response that the client got; `at` and `took` are in microseconds; `fault`
    is the id of the fault rule that was applied, `schedule` that of the scheduled request.

    Exchanges with other servers also have the `origin` of the server ("http://host:1"), a `name` in
    their recording, the reasons why the body of the "request" or of the "response" is not known
    (`missing_bodies`), and the `error` that cut the response short.
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
    missing_bodies: Mapping[str, str] = {}
    error: str = ""
