"""A proxy: it passes requests to a server and answers back, as they are and as they come, and shows
each exchange to whoever judges it.

What HTTP says of one connection only (RFC 9110, 7.6.1) stays on its own side, and `host` is the
server's. All else, redirects and codings too, is for the two to deal with.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpcore

from understudy.conformance.traffic.recording import (
    OURS,
    Broken,
    Recorded,
    Unread,
    plain,
    reply_of_raw,
)
from understudy.http import json_codec
from understudy.http.asgi_request import MOST_BODY_BYTES, ClientDisconnect, Receive, Scope
from understudy.http.asgi_response import Send, cut_connection
from understudy.http.messages import Headers, Request

#: Seconds for a connection to the server.
_CONNECT = 10
#: Seconds that an idle connection to it is kept; many servers close theirs after five.
_IDLE = 3

_HOP_BY_HOP = frozenset(
    [
        *(b"connection", b"proxy-connection", b"keep-alive", b"te"),
        *(b"transfer-encoding", b"upgrade"),
    ]
)

#: Takes an exchange.
Watch = Callable[[Recorded], None]


class Proxy:
    """The ASGI app. `upstream` is what stands before each request's path; `patience` are the
    seconds that the server has to begin its answer. Raises ValueError for what is no URL."""

    def __init__(self, upstream: str, watch: Watch, patience: float = 60) -> None:
        parts = urlsplit(upstream)
        authority = parts.netloc.rpartition("@")[2]
        self.watch = watch
        self.patience = patience
        self.origin = f"{parts.scheme}://{authority}"
        self.prefix = quote(parts.path, safe="/%").encode()
        self._scheme = parts.scheme.encode()
        self._host = (parts.hostname or "").encode("idna")
        self._port = parts.port
        self._authority = authority.encode("idna")
        self._pool = httpcore.AsyncConnectionPool(max_connections=None, keepalive_expiry=_IDLE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request, or say that it is not passed."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await _decline(send)
        else:
            await _Passage(self, scope, receive, send).go()

    async def ask(
        self, scope: Scope, path: bytes, content: AsyncIterator[bytes] | None
    ) -> httpcore.Response:
        """The server's answer, as soon as its head is there. Raises what httpcore does."""
        query: bytes = scope["query_string"]
        target = path + b"?" + query if query else path
        headers = [(n, v) for n, v in _end_to_end(scope["headers"]) if n != b"host"]
        request = httpcore.Request(
            scope["method"],
            httpcore.URL(scheme=self._scheme, host=self._host, port=self._port, target=target),
            headers=[(b"host", self._authority), *headers],
            content=content,
            extensions={"timeout": {"connect": _CONNECT}},
        )
        return await self._pool.handle_async_request(request)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Let go of the server in the end."""
        async with self._pool:
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


class _Copy:
    """What passed of a body, as far as it is judged."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self.missing = ""

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > MOST_BODY_BYTES:
            self._chunks.clear()
            self.missing = f"is over {MOST_BODY_BYTES} bytes"
        else:
            self._chunks.append(chunk)

    def whole(self, coding: bytes) -> bytes:
        """The body without its content coding. Raises Unread."""
        if self.missing:
            raise Unread(self.missing)
        return plain(b"".join(self._chunks), coding)


class _Passage:
    """One request on its way, and its answer on its way back."""

    def __init__(self, proxy: Proxy, scope: Scope, receive: Receive, send: Send) -> None:
        self._proxy = proxy
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._path = proxy.prefix + (scope.get("raw_path") or quote(scope["path"]).encode())
        self._clock = asyncio.timeout(proxy.patience)
        self._asked = _Copy()
        self._answered = _Copy()
        self._at = time.time_ns() // 1000

    async def go(self) -> None:
        """Pass the request and its answer."""
        has_body = not self._headers.keys().isdisjoint((b"content-length", b"transfer-encoding"))
        try:
            async with self._clock:
                content = self._content() if has_body else None
                response = await self._proxy.ask(self._scope, self._path, content)
            if not 200 <= response.status < 600:
                await response.aclose()
                raise httpcore.RemoteProtocolError(f"status {response.status} is none of HTTP's")
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the proxy ends before the server answered
            await cut_connection(self._scope, "close")
            return
        except (TimeoutError, httpcore.TimeoutException):
            await self._answer(504, "did not begin to answer in time")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            await self._answer(502, f"cannot be asked: {type(error).__name__}: {error}")
        else:
            await self._pass(response)

    async def _content(self) -> AsyncIterator[bytes]:
        """The request's body as it comes. The server's time begins at its end."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            more = message.get("more_body", False)
            self._asked.add(chunk)
            self._clock.reschedule(asyncio.get_running_loop().time() + self._proxy.patience)
            if chunk:
                yield chunk

    async def _answer(self, status: int, why: str) -> None:
        """Answer in the place of the server."""
        told = f"{self._proxy.origin} {why}"
        body = json_codec.encode({"title": "the proxy has no answer", "detail": told})
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (OURS, told.encode("ascii", "replace")[:500].translate(_PRINTABLE)),
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
        self._answered.add(body)
        self._show(status, headers)

    async def _pass(self, response: httpcore.Response) -> None:
        """Send the answer on. It ends with the server, the client, or the proxy."""
        headers = _end_to_end(response.headers)
        if response.status in (204, 304):  # their length is that of an answer with a body
            headers = [(n, v) for n, v in headers if n.lower() != b"content-length"]
        copying = asyncio.ensure_future(self._copy(response, headers))
        gone = asyncio.ensure_future(self._until_gone())
        broken, ended = "", False
        try:
            await asyncio.wait((copying, gone), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the proxy ends
            ended = True
        if not copying.done():
            self._answered.missing = "was not waited for"
        copying.cancel()
        gone.cancel()
        error, _ = await asyncio.gather(copying, gone, return_exceptions=True)
        await response.aclose()
        if isinstance(error, Exception):
            broken = f"breaks off: {type(error).__name__}: {error}"
            self._answered.missing = "broke off"
        self._show(response.status, headers, broken)
        if broken or ended:
            await cut_connection(self._scope, "close")

    async def _copy(self, response: httpcore.Response, headers: Headers) -> None:
        start = {"type": "http.response.start", "status": response.status, "headers": headers}
        await self._send(start)
        async for chunk in response.aiter_stream():
            self._answered.add(chunk)
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _show(self, status: int, headers: Headers, broken: str = "") -> None:
        """Let the exchange be judged, with its bodies decoded."""
        unread: dict[str, str] = {}
        request = Request(
            self._scope["method"], self._path, self._scope["query_string"], self._headers
        )
        request.size = sum(map(len, self._headers)) + sum(map(len, self._headers.values()))
        request.body, _ = _read(self._asked, "request", self._headers, unread)
        low = {name.lower(): value for name, value in headers}
        body, why = _read(self._answered, "response", low, unread)
        took = time.time_ns() // 1000 - self._at
        self._proxy.watch(
            Recorded(
                request,
                reply_of_raw(status, headers, body),
                self._proxy.origin,
                "as it passed",
                unread,
                self._at,
                took,
                broken or (why if self._scope["method"] != "HEAD" else ""),
            )
        )


def _read(
    copy: _Copy, side: str, headers: dict[bytes, bytes], unread: dict[str, str]
) -> tuple[bytes, str]:
    """The body, and what is broken about it."""
    try:
        return copy.whole(headers.get(b"content-encoding", b"")), ""
    except Unread as error:
        unread[side] = str(error)
        return b"", str(error) if isinstance(error, Broken) else ""


def _end_to_end(headers: Headers) -> Headers:
    """The headers without those of one connection."""
    named = {
        name.strip().lower()
        for header, value in headers
        if header.lower() == b"connection"
        for name in value.split(b",")
    }
    dropped = _HOP_BY_HOP | named
    return [(name, value) for name, value in headers if name.lower() not in dropped]


async def _decline(send: Send) -> None:
    """Say that web sockets are not passed, as HTTP."""
    headers = [(b"content-type", b"text/plain"), (OURS, b"web sockets are not passed")]
    start: dict[str, Any] = {"type": "websocket.http.response.start", "status": 501}
    await send({**start, "headers": headers})
    told = b"understudy proxy does not pass web sockets\n"
    await send({"type": "websocket.http.response.body", "body": told})


_PRINTABLE = bytes(c if 32 <= c < 127 else 63 for c in range(256))
