"""Sends responses as ASGI messages: at once, or late, in chunks, as a stream, or cut off."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

from understudy.http.messages import ByteStream, Headers, Response

Send = Callable[[dict[str, Any]], Awaitable[None]]

#: The ASGI extension with which our server passes a connection's transport, so that it can be cut.
TRANSPORT = "understudy.transport"

_EVENT_STREAM = b"text/event-stream"

#: With SO_LINGER on and a time of zero, closing a socket resets the connection (see socket(7)).
_LINGER = struct.pack("ii", 1, 0)


async def send_response(response: Response, scope: dict[str, Any], send: Send) -> None:
    """Send a response.

    If its connection is to be cut and there is no socket, raises ConnectionResetError for a reset,
    or ConnectionAbortedError for a close.
    """
    if not (response.wait or response.disconnect or response.chunks or response.stream):
        await send(_start(response))
        await send({"type": "http.response.body", "body": response.body})
        return
    try:
        await _send_slowly(response, scope, send)
    except asyncio.CancelledError:
        if _transport(scope) is None:
            raise
        await cut_connection(scope, "close")  # the server stops before the response is sent


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
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0.001)  # until uvicorn knows, and expects no response


def _transport(scope: dict[str, Any]) -> Any:
    return scope.get("extensions", {}).get(TRANSPORT, {}).get("transport")


def _is_disconnected(scope: dict[str, Any]) -> bool:
    """Return whether the client has disconnected."""
    transport = _transport(scope)
    return transport is not None and transport.is_closing()


def _cut(scope: dict[str, Any], how: str) -> None:
    transport = _transport(scope)
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
