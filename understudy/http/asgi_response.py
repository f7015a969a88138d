"""Sends responses as ASGI messages: at once, or late, in chunks, as a stream, or cut off."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

from understudy.http.messages import ByteStream, Headers, Response

Send = Callable[[dict[str, Any]], Awaitable[None]]

#: The key in a scope of the connection's transport, a `HeadBuffer`, if the server is ours.
TRANSPORT = "understudy.transport"

_EVENT_STREAM = b"text/event-stream"

#: With SO_LINGER on and a time of zero, closing a socket resets the connection (see socket(7)).
_LINGER = struct.pack("ii", 1, 0)


#: Seconds that a client of TLS gets to answer the end of its connection, and between two looks.
FAREWELL_SECONDS = 0.2
_TICK = 0.01


#: The methods of a transport that `HeadBuffer` does not change.
_FORWARDED = (
    *("get_extra_info", "is_closing", "is_reading", "pause_reading", "resume_reading"),
    *("get_protocol", "set_protocol", "get_write_buffer_size", "set_write_buffer_limits"),
    "write_eof",
)


class HeadBuffer:
    """A transport that holds back the head of a response until the first bytes of its body come, so
    that one system call sends both.

    If no bytes follow before the event loop's next turn, the head is sent alone. A client must take
    some of a response that waits for it within `patience` seconds.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self._transport = transport
        self._loop = loop
        self._patience = patience
        self._reader_timer: asyncio.TimerHandle | None = None
        self._parts: list[bytes] = []
        self._write = transport.write
        #: Whether the connection is gone.
        self.is_lost = False
        for name in _FORWARDED:  # by `__getattr__` every look-up would be slower
            setattr(self, name, getattr(transport, name))

    def write(self, data: bytes) -> None:
        """Write data, or hold it back if it is the head of a response."""
        if self._parts:
            self._parts.append(data)
            self.flush()
        elif data.startswith(b"HTTP/1.1 ") and data.endswith(b"\r\n\r\n"):
            self._parts.append(data)
            self._loop.call_soon(self.flush)
        else:
            self._write(data)

    def hold(self) -> None:
        """Hold back everything until `flush`: the caller knows that it has all of a response."""
        self.__dict__["write"] = self._parts.append  # in the place of our own method

    def flush(self) -> None:
        """Write what is held back, and hold back nothing but heads from now on."""
        self.__dict__.pop("write", None)
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._write(data)

    def close(self) -> None:
        """Close the connection after all data is written."""
        self.flush()
        self._transport.close()
        self.expect_reader()

    def abort(self) -> None:
        """Close the connection at once."""
        self.flush()
        self._transport.abort()

    def discard(self) -> None:
        """Discard what is still written, because the connection is gone."""
        self._write = _ignore
        self.is_lost = True
        if self._reader_timer is not None:
            self._reader_timer.cancel()

    def expect_reader(self) -> None:
        """Abort the connection if the client takes nothing of what waits for it in time."""
        waiting = self._transport.get_write_buffer_size()
        if waiting and self._reader_timer is None:
            check = partial(self._check_reader, waiting)
            self._reader_timer = self._loop.call_later(self._patience, check)

    def _check_reader(self, before: int) -> None:
        self._reader_timer = None
        if self._transport.get_write_buffer_size() == before:
            self._transport.abort()
        else:
            self.expect_reader()


def _ignore(_data: bytes) -> None:
    """Write to nobody."""


async def send_response(response: Response, scope: dict[str, Any], send: Send) -> None:
    """Send a response.

    If its connection is to be cut and there is no socket, raises ConnectionResetError for a reset,
    or ConnectionAbortedError for a close.
    """
    transport = scope.get(TRANSPORT)
    if response.wait or response.disconnect or response.chunks or response.stream:
        try:
            await _send_slowly(response, scope, send)
        except asyncio.CancelledError:
            if transport is None:
                raise
            await cut_connection(scope, "close")  # the server stops before the response is sent
        return
    if transport is not None:
        transport.hold()
    try:
        await send(_start(response))
        await send({"type": "http.response.body", "body": response.body})
    finally:
        if transport is not None:
            transport.flush()


async def _send_slowly(response: Response, scope: dict[str, Any], send: Send) -> None:
    if response.wait:
        await asyncio.sleep(response.wait)
        if _is_disconnected(scope):
            await cut_connection(scope, "close")
            return
    if response.status:
        await send(_start(response))
    if response.chunks:
        await _send_chunks(response, scope, send)
    elif response.stream is not None and scope["method"] != "HEAD":
        await _send_stream(response.stream, scope, send)
    if _is_disconnected(scope):
        await cut_connection(scope, "close")  # else uvicorn logs an incomplete response
    elif response.disconnect:
        await cut_connection(scope, response.disconnect)
    else:
        body = b"" if response.chunks else response.body
        await send({"type": "http.response.body", "body": body})


def _start(response: Response) -> dict[str, Any]:
    headers: Headers = []
    if response.status != 204 and response.media_type != _EVENT_STREAM:
        headers.append((b"content-length", b"%d" % len(response.body)))
    if response.media_type is not None:
        headers.append((b"content-type", response.media_type))
    if response.headers:
        headers += response.headers
    return {"type": "http.response.start", "status": response.status, "headers": headers}


async def _send_chunks(response: Response, scope: dict[str, Any], send: Send) -> None:
    for number, chunk in enumerate(response.chunks):
        if number and response.pause:
            await asyncio.sleep(response.pause)
            if _is_disconnected(scope):  # a slow response may take hours
                return
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _send_stream(stream: ByteStream, scope: dict[str, Any], send: Send) -> None:
    async with aclosing(stream):
        async for piece in stream:
            if _is_disconnected(scope):
                break
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})


async def cut_connection(scope: dict[str, Any], how: str) -> None:
    """Cut the connection; `how` is "close" or "reset"."""
    _cut(scope, how)
    transport = scope[TRANSPORT]
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0.001)  # until uvicorn knows, and expects no response
        if not transport.is_lost and transport.get_extra_info("sslcontext"):
            await _end_tls(transport)


async def _end_tls(transport: Any) -> None:
    """Wait for the end of a closed connection with TLS, which its client has to answer; abort it if
    that does not come soon after the last data has left."""
    patience = FAREWELL_SECONDS
    while not transport.is_lost and patience > 0:
        await asyncio.sleep(_TICK)
        patience -= 0 if transport.get_write_buffer_size() else _TICK
    transport.abort()
    await asyncio.sleep(0.001)


def _is_disconnected(scope: dict[str, Any]) -> bool:
    """Return whether the client has disconnected."""
    transport = scope.get(TRANSPORT)
    return transport is not None and transport.is_closing()


def _cut(scope: dict[str, Any], how: str) -> None:
    transport = scope.get(TRANSPORT)
    if transport is None:
        error_class = ConnectionResetError if how == "reset" else ConnectionAbortedError
        raise error_class("a fault rule cuts this connection")
    if how == "reset":
        copy = os.dup(transport.get_extra_info("socket").fileno())
        with socket.socket(fileno=copy) as own:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        transport.abort()
    else:
        transport.close()
