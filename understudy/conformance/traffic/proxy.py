"""Reverse proxy: forwards requests to a server and streams its responses back unchanged, and passes
each exchange to a callback.

Headers of one connection only (RFC 9110, 7.6.1) are not forwarded, and `host` is the server's.
Redirects and content codings are left to the client and the server.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpcore

from understudy.http import json_codec
from understudy.http.asgi_request import MOST_BODY_BYTES, ClientDisconnect, Receive, Scope
from understudy.http.asgi_response import Send, cut_connection
from understudy.http.messages import Exchange, Headers, Request, Response, headers_by_name
from understudy.recordings.recording import (
    PROXY_HEADER,
    CorruptBody,
    UnreadableBody,
    decode_content,
)

#: Seconds for a connection to the server.
_CONNECT_TIMEOUT = 10
#: Seconds that an idle connection to it is kept; many servers close theirs after five.
_KEEPALIVE_EXPIRY = 3

_HOP_BY_HOP = frozenset(
    [
        *(b"connection", b"proxy-connection", b"keep-alive", b"te"),
        *(b"transfer-encoding", b"upgrade"),
    ]
)

#: Control characters that no header may have (RFC 9110, 5.5), and that cannot be sent on.
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
#: Replaces what a header cannot carry by a question mark.
_PRINTABLE = bytes(c if 32 <= c < 127 else 63 for c in range(256))

#: Takes each exchange.
OnExchange = Callable[[Exchange], None]


class Proxy:
    """The ASGI app. `upstream` is the URL before the path of each request; `timeout` are the
    seconds that the server has to begin its response. Raises ValueError for a malformed URL."""

    def __init__(self, upstream: str, on_exchange: OnExchange, timeout: float = 60) -> None:
        parts = urlsplit(upstream)
        authority = parts.netloc.rpartition("@")[2]
        self.on_exchange = on_exchange
        self.timeout = timeout
        self.origin = f"{parts.scheme}://{authority}"
        self.prefix = quote(parts.path, safe="/%").encode()
        self._scheme = parts.scheme.encode()
        self._host = (parts.hostname or "").encode("idna")
        self._port = parts.port
        self._authority = authority.encode("idna")
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=None, keepalive_expiry=_KEEPALIVE_EXPIRY
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request, or reject it if it is for a web socket."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await _reject_websocket(send)
        else:
            await _ProxiedExchange(self, scope, receive, send).run()

    async def forward(
        self, scope: Scope, path: bytes, content: AsyncIterator[bytes] | None
    ) -> httpcore.Response:
        """Send a request to the server, and return its response as soon as the head is there.

        Raises the exceptions of httpcore.
        """
        query: bytes = scope["query_string"]
        target = path + b"?" + query if query else path
        headers = [(n, v) for n, v in _end_to_end(scope["headers"]) if n != b"host"]
        request = httpcore.Request(
            scope["method"],
            httpcore.URL(scheme=self._scheme, host=self._host, port=self._port, target=target),
            headers=[(b"host", self._authority), *headers],
            content=content,
            extensions={"timeout": {"connect": _CONNECT_TIMEOUT}},
        )
        return await self._pool.handle_async_request(request)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Close the connections to the server at the end."""
        async with self._pool:
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


class _BodyCopy:
    """A copy of a body that was forwarded, up to the size that is validated. `missing` is the
    reason why there is none."""

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

    def decode(self, coding: bytes) -> bytes:
        """Return the body without its content coding. Raises UnreadableBody."""
        if self.missing:
            raise UnreadableBody(self.missing)
        return decode_content(b"".join(self._chunks), coding)


class _ProxiedExchange:
    """One request on its way to the server, and its response on the way back."""

    def __init__(self, proxy: Proxy, scope: Scope, receive: Receive, send: Send) -> None:
        self._proxy = proxy
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers: dict[bytes, bytes] = headers_by_name(scope["headers"])
        self._path = proxy.prefix + (scope.get("raw_path") or quote(scope["path"]).encode())
        self._timeout = asyncio.timeout(proxy.timeout)
        self._request_body = _BodyCopy()
        self._response_body = _BodyCopy()
        self._started_at = time.time_ns() // 1000

    async def run(self) -> None:
        """Forward the request, and its response or an error in its place."""
        has_body = not self._headers.keys().isdisjoint((b"content-length", b"transfer-encoding"))
        try:
            async with self._timeout:
                content = self._request_chunks() if has_body else None
                response = await self._proxy.forward(self._scope, self._path, content)
            if fault := _fault_of_head(response):
                await response.aclose()
                raise httpcore.RemoteProtocolError(fault)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the proxy ends before the server responds
            await cut_connection(self._scope, "close")
            return
        except (TimeoutError, httpcore.TimeoutException):
            await self._send_error(504, "did not begin a response in time")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            await self._send_error(502, f"cannot be reached: {type(error).__name__}: {error}")
        else:
            await self._return_response(response)

    async def _request_chunks(self) -> AsyncIterator[bytes]:
        """Yield the request's body as it comes. The server's time begins at its end."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            more = message.get("more_body", False)
            self._request_body.add(chunk)
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._proxy.timeout)
            if chunk:
                yield chunk

    async def _send_error(self, status: int, reason: str) -> None:
        """Send a response in the place of the server's."""
        detail = f"{self._proxy.origin} {reason}"
        body = json_codec.encode({"title": "no response from the server", "detail": detail})
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (PROXY_HEADER, detail.encode("ascii", "replace")[:500].translate(_PRINTABLE)),
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
        self._response_body.add(body)
        self._report(status, headers)

    async def _return_response(self, response: httpcore.Response) -> None:
        """Stream the response back until the server, the client or the proxy ends it."""
        headers = _end_to_end(response.headers)
        if response.status in (204, 304):  # their length is that of a response with a body
            headers = [(n, v) for n, v in headers if n.lower() != b"content-length"]
        streaming = asyncio.ensure_future(self._stream(response, headers))
        disconnect = asyncio.ensure_future(self._wait_for_disconnect())
        error, proxy_ends = "", False
        try:
            await asyncio.wait((streaming, disconnect), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            proxy_ends = True
        if not streaming.done():
            self._response_body.missing = "was not waited for"
        streaming.cancel()
        disconnect.cancel()
        failure, _ = await asyncio.gather(streaming, disconnect, return_exceptions=True)
        await response.aclose()
        if isinstance(failure, Exception):
            error = f"ends early: {type(failure).__name__}: {failure}"
            self._response_body.missing = "ended early"
        self._report(response.status, headers, error)
        if error or proxy_ends:
            await cut_connection(self._scope, "close")

    async def _stream(self, response: httpcore.Response, headers: Headers) -> None:
        start = {"type": "http.response.start", "status": response.status, "headers": headers}
        await self._send(start)
        async for chunk in response.aiter_stream():
            self._response_body.add(chunk)
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _report(self, status: int, headers: Headers, error: str = "") -> None:
        """Pass the exchange to the callback, with decoded bodies."""
        scope = self._scope
        missing_bodies: dict[str, str] = {}
        request = Request(scope["method"], self._path, scope["query_string"], self._headers)
        request.size = sum(map(len, self._headers)) + sum(map(len, self._headers.values()))
        request.body, _ = _decode(self._request_body, "request", self._headers, missing_bodies)
        by_name = {name.lower(): value for name, value in headers}
        body, corruption = _decode(self._response_body, "response", by_name, missing_bodies)
        self._proxy.on_exchange(
            Exchange(
                at=self._started_at,
                took=time.time_ns() // 1000 - self._started_at,
                api=None,
                operation=None,
                request=request,
                response=Response.received_raw(status, headers, body),
                origin=self._proxy.origin,
                name="through the proxy",
                missing_bodies=missing_bodies,
                error=error or (corruption if scope["method"] != "HEAD" else ""),
            )
        )


def _decode(
    body: _BodyCopy, side: str, headers: dict[bytes, bytes], missing_bodies: dict[str, str]
) -> tuple[bytes, str]:
    """Return the decoded body, and how it is corrupt ("" if it is not)."""
    try:
        return body.decode(headers.get(b"content-encoding", b"")), ""
    except UnreadableBody as error:
        missing_bodies[side] = str(error)
        return b"", str(error) if isinstance(error, CorruptBody) else ""


def _fault_of_head(response: httpcore.Response) -> str:
    """Return why the head of a response cannot be sent on, or an empty string."""
    if not 200 <= response.status < 600:
        return f"{response.status} is not an HTTP status"
    for name, value in response.headers:
        if found := _CONTROL.search(value):
            text = name.decode("latin-1")
            return f"the header {text} has the byte 0x{found[0].hex()}, which HTTP does not allow"
    return ""


def _end_to_end(headers: Headers) -> Headers:
    """Return the headers without those of one connection."""
    named_by_connection = {
        name.strip().lower()
        for header, value in headers
        if header.lower() == b"connection"
        for name in value.split(b",")
    }
    dropped = _HOP_BY_HOP | named_by_connection
    return [(name, value) for name, value in headers if name.lower() not in dropped]


async def _reject_websocket(send: Send) -> None:
    """Respond with 501: web sockets are not forwarded."""
    headers = [(b"content-type", b"text/plain"), (PROXY_HEADER, b"web sockets are not forwarded")]
    start: dict[str, Any] = {"type": "websocket.http.response.start", "status": 501}
    await send({**start, "headers": headers})
    body = b"understudy proxy does not forward web sockets\n"
    await send({"type": "websocket.http.response.body", "body": body})
