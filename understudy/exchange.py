"""One request and its reply, as plain values: what the engine passes on and the journal keeps."""

from __future__ import annotations

from typing import Any, NamedTuple

Headers = list[tuple[bytes, bytes]]


class Request:
    """A request as it came in. `path` is undecoded and without the namespace's prefix; `size`
    is what its headers take, in bytes."""

    __slots__ = ("arguments", "body", "headers", "method", "path", "query", "size")

    def __init__(self, method: str, path: bytes, query: bytes, headers: dict[bytes, bytes]) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = b""
        self.arguments: list[bytes] = []
        self.size = 0


class Content(NamedTuple):
    """What a handler returns for a body that is not JSON."""

    body: bytes
    media_type: str


class Reply(NamedTuple):
    """What is sent back. `violations` are what the contract had to say against the exchange."""

    status: int
    body: bytes = b""
    media_type: bytes | None = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    violations: tuple[Any, ...] = ()


class Exchange(NamedTuple):
    """A request and the reply that the client saw; `at` and `took` are in microseconds."""

    at: int
    took: int
    api: str | None
    operation: str | None
    request: Request
    reply: Reply
