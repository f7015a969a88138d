"""HTTP/1.1 with httptools, within limits on the head of a request."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from understudy.http.asgi_request import MOST_HEADERS
from understudy.http.asgi_response import TRANSPORT
from understudy.serving.server.connection import Connection

#: The size of the largest head that is read, in bytes. The app refuses smaller ones that are still
#: too large, in the form of the API's errors.
MOST_HEAD_BYTES = 131_072


class HttpProtocol(Connection, HttpToolsProtocol):
    """uvicorn's protocol for requests with the usual methods, with the limits of `Connection`."""

    __slots__ = ("_head_bytes", "_hosts", "_is_in_head")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._is_in_head = False
        self._head_bytes = self._hosts = 0

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        self._is_in_head = True
        self._head_bytes = self._hosts = 0
        self._deadline = None
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header, as uvicorn does, and count those that must come once."""
        name = name.lower()
        if name == b"host":
            self._hosts += 1
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head of a request is complete. One without its host is refused in its turn."""
        self._is_in_head = False
        if self._hosts == 1 or (not self._hosts and self.parser.get_http_version() != "1.1"):
            super().on_headers_complete()
            return
        app, self.app = self.app, _refuse_host
        super().on_headers_complete()
        self.app = app

    def release(self) -> None:
        """Let go of the parser, which refers to this protocol."""
        super().release()
        self.parser = None  # type: ignore[assignment]

    def _expect_rest(self, size: int) -> None:
        """Refuse a head that is too large already, once the requests before it are answered."""
        if self._is_in_head and not self._is_busy():
            self._head_bytes += size
            if self._head_bytes > MOST_HEAD_BYTES:
                self.refuse(431, f"the head of the request is larger than {MOST_HEAD_BYTES} bytes")
            elif len(self.headers) > MOST_HEADERS:
                self.refuse(431, f"the request has more than {MOST_HEADERS} headers")
        super()._expect_rest(size)


async def _refuse_host(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer a request that has no header Host, or several (RFC 9112, section 3.2)."""
    body = b"the request must have one header Host\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
