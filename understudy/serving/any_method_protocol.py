"""uvicorn's protocol for documents with methods that httptools does not parse. It is slower."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from understudy.http.asgi_response import TRANSPORT, HeadBuffer


class AnyMethodProtocol(H11Protocol):
    """uvicorn's protocol with h11, with responses in one piece."""

    def connection_made(self, transport: Any) -> None:
        """A client has connected: its responses leave in one piece, and the app knows its
        transport."""
        super().connection_made(HeadBuffer(transport, self.loop))  # type: ignore[arg-type]
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope[TRANSPORT] = self.transport
            await app(scope, receive, send)

        self.app = with_transport
