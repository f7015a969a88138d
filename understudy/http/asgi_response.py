"""How a reply leaves: at once and whole, or late, bit by bit, or not at all."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

from understudy.http.messages import Headers, Live, Response

Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Where our server puts a connection's transport into the scope, so that it can be cut.
TRANSPORT = "understudy.transport"

_EVENT_STREAM = b"text/event-stream"

#: Linger for no time at all: closing then resets the connection (see socket(7)).
_LINGER = struct.pack("ii", 1, 0)


async def send_response(response: Response, scope: dict[str, Any], send: Send) -> None:
    """Send a response.

    Where its connection is to be cut and there is no socket, raises ConnectionResetError for a
    reset, or ConnectionAbortedError for a close.
    """
    if not (response.wait or response.ending or response.chunks or response.live):
        await send(_start(response))
        await send({"type": "http.response.body", "body": response.body})
        return
    try:
        await _send_slowly(response, scope, send)
    except asyncio.CancelledError:
        if _transport(scope) is None:
            raise
        await cut_connection(scope, "close")  # the server ends while an answer is late


async def _send_slowly(response: Response, scope: dict[str, Any], send: Send) -> None:
    if response.wait:
        await asyncio.sleep(response.wait)
        if _is_gone(scope):
            await cut_connection(scope, "close")
            return
    if response.status:
        await send(_start(response))
    if response.chunks:
        await _bit_by_bit(response, scope, send)
    elif response.live is not None and scope["method"] != "HEAD":
        await _as_it_comes(response.live, scope, send)
    if _is_gone(scope):
        await cut_connection(scope, "close")  # not for the client's sake, but for the server's log
    elif response.ending:
        await cut_connection(scope, response.ending)
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


async def _bit_by_bit(response: Response, scope: dict[str, Any], send: Send) -> None:
    for number, chunk in enumerate(response.chunks):
        if number and response.pause:
            await asyncio.sleep(response.pause)
            if _is_gone(scope):  # a slow answer may take hours, but not for nobody
                return
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _as_it_comes(live: Live, scope: dict[str, Any], send: Send) -> None:
    async with aclosing(live):
        async for piece in live:
            if _is_gone(scope):
                break
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})


async def cut_connection(scope: dict[str, Any], ending: str) -> None:
    """Cut the connection: "close" or "reset"."""
    _cut(scope, ending)
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0.001)  # until the server knows, and does not look for an answer


def _transport(scope: dict[str, Any]) -> Any:
    return scope.get("extensions", {}).get(TRANSPORT, {}).get("transport")


def _is_gone(scope: dict[str, Any]) -> bool:
    """Whether the client has hung up."""
    transport = _transport(scope)
    return transport is not None and transport.is_closing()


def _cut(scope: dict[str, Any], ending: str) -> None:
    transport = _transport(scope)
    if transport is None:
        broken = ConnectionResetError if ending == "reset" else ConnectionAbortedError
        raise broken("a planned fault cuts this connection")
    if ending == "reset":
        copy = os.dup(transport.get_extra_info("socket").fileno())
        with socket.socket(fileno=copy) as own:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        transport.abort()
    else:
        transport.close()
