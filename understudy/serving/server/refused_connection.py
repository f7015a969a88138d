"""A connection after its last response, while the client may still send."""

from __future__ import annotations

import asyncio
from typing import Any

#: Seconds and bytes that a client gets to end what it sends.
_MOST_SECONDS = 2
_MOST_BYTES = 2_000_000


class RefusedConnection(asyncio.Protocol):
    """Ignores what a refused client still sends, and closes the connection.

    A connection that closes before all is read is reset, and a client that is reset while it sends
    may not see the response.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._bytes = 0
        self._timer = asyncio.get_running_loop().call_later(_MOST_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        """Ignore data; close the connection after too much of it."""
        self._bytes += len(data)
        if self._bytes > _MOST_BYTES:
            self._transport.close()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Stop the timer."""
        self._timer.cancel()
        self._transport.discard()
