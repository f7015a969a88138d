"""Web sockets, within limits on what a client may send at once and leave unread."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

from understudy.serving.server.connection import PIECE_BYTES


class WebSocketProtocol(WSProtocol):
    """uvicorn's protocol for web sockets. Data is parsed in pieces, and no further piece while
    messages wait for the app, or the client does not read its answers; a ping has one too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.default_headers = []  # a server that retires has `Connection: close` there
        self._unparsed = memoryview(b"")

    def data_received(self, data: bytes) -> None:
        """Parse data, or as much of it as there are no messages that wait."""
        if len(data) > PIECE_BYTES or self._unparsed or self._is_busy():
            self._unparsed = memoryview(bytes(self._unparsed) + data)
            self._parse()
        else:
            super().data_received(data)

    async def receive(self) -> Any:
        """Return the next message; parse more if it was the last that waits."""
        message = await super().receive()
        self._continue()
        return message

    def pause_writing(self) -> None:
        """The client does not take its messages as fast as they are written."""
        super().pause_writing()
        self._pause_reading()
        self.transport.expect_reader()  # type: ignore[attr-defined]

    def resume_writing(self) -> None:
        """The client has taken what was written."""
        super().resume_writing()
        self._continue()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what came and was not parsed."""
        self._unparsed = memoryview(b"")
        super().connection_lost(exc)
        self.transport.discard()  # type: ignore[attr-defined]

    def _is_busy(self) -> bool:
        if self.close_sent:  # only the client's close is read, and nothing waits any more
            return False
        return not self.queue.empty() or not self.writable.is_set()

    def _parse(self) -> None:
        while self._unparsed and not self._is_busy() and not self.transport.is_closing():
            piece = bytes(self._unparsed[:PIECE_BYTES])
            self._unparsed = self._unparsed[PIECE_BYTES:]
            super().data_received(piece)
        if self._unparsed:
            self._pause_reading()

    def _pause_reading(self) -> None:
        self.read_paused = True
        self.transport.pause_reading()

    def _continue(self) -> None:
        """Parse what waits, then read on."""
        if self._is_busy() or self.transport.is_closing():
            self._pause_reading()
            return
        self._parse()
        if self.read_paused and not self._is_busy():
            self.read_paused = False
            self.transport.resume_reading()
