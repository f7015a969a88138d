"""HTTP/1.1 for documents with methods that httptools does not parse. It is slower."""

from __future__ import annotations

import sys
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from understudy.http.asgi_response import TRANSPORT
from understudy.serving.server.connection import Connection


class AnyMethodProtocol(Connection, H11Protocol):
    """uvicorn's protocol with h11, with the limits of `Connection`."""

    def connection_made(self, transport: Any) -> None:
        """A client has connected: the app shall know its transport."""
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope[TRANSPORT] = self.transport
            await app(scope, receive, send)

        self.app = with_transport

    def send_400_response(self, msg: str) -> None:
        """Answer a request that h11 does not parse; 431 if its head is too large."""
        error = sys.exc_info()[1]
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == 431:
            self.refuse(431, "the head of the request is too large")
        else:
            super().send_400_response(msg)

    def release(self) -> None:
        """Let go of the app, which refers to this protocol."""
        super().release()
        self.app = self.config.loaded_app

    def _has_begun(self) -> bool:
        return bool(self.conn.trailing_data[0])
