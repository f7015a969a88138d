"""What both HTTP protocols have in common: what a client may send, and how long it may take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from understudy.http.asgi_request import LATE
from understudy.http.asgi_response import FAREWELL_SECONDS, HeadBuffer
from understudy.serving.server.connection_timer import ConnectionTimer
from understudy.serving.server.open_files import OpenFiles
from understudy.serving.server.plain_response import plain_response
from understudy.serving.server.reading_control import ReadingControl
from understudy.serving.server.refused_connection import RefusedConnection

#: The most bytes that are parsed at once. The requests in them wait in memory, about 2.6 kB each.
PIECE_BYTES = 8192

#: Seconds in which a request must arrive, unless the user chooses others.
REQUEST_TIMEOUT = 60.0

#: Seconds that the app gets to refuse a request which did not arrive in time.
_REFUSAL_SECONDS = 2

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as Base
else:
    Base = object


class Connection(Base):
    """The part of a protocol of uvicorn that keeps limits; it stands before uvicorn's in the order
    of base classes.

    Data is parsed in pieces, and no further piece while a whole request waits for its response.
    Meanwhile reading is paused, so that the client waits too. A request must arrive within
    `request_timeout` seconds from its first byte, and a client must take some of a response within
    the same time. Where a usual request comes in one piece, none of this costs anything.
    """

    #: Python reads attributes faster from an object with at most 30 of them, and uvicorn's protocol
    #: has 28. These are none of those.
    __slots__ = ("_deadline", "_is_done", "_open_files", "_timer", "_unparsed", "request_timeout")

    pipeline: Any = ()
    #: Whether the head of a request has begun, and not ended, as far as the parser tells.
    _is_in_head = False
    cycle: Any
    flow: Any

    def __init__(
        self,
        *,
        request_timeout: float = REQUEST_TIMEOUT,
        open_files: OpenFiles | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.request_timeout = request_timeout
        self._open_files = open_files
        self._unparsed = memoryview(b"")
        self._deadline: float | None = None
        self._is_done = False  # another protocol has the connection

    def connection_made(self, transport: Any) -> None:
        """A client has connected: its responses leave in one piece, and its time begins."""
        patience = self.request_timeout
        super().connection_made(HeadBuffer(transport, self.loop, patience))  # type: ignore[arg-type]
        self._timer: ConnectionTimer = ConnectionTimer(self.loop)
        self.loop = self._timer  # type: ignore[assignment]
        self.flow = ReadingControl(self.transport, self._timer.time)
        self._expect_rest(0)
        files = self._open_files
        if files and not files.have_room(transport.get_extra_info("socket").fileno()):
            self.transport.write(plain_response(503, "too many connections are open"))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of the connection."""
        super().connection_lost(exc)
        self.transport.discard()  # type: ignore[attr-defined]
        self.release()

    def release(self) -> None:
        """Let go of all that refers to this protocol, so that no cyclic garbage is left."""
        self._timer.close()
        self.timeout_keep_alive_task = None
        self._unparsed = memoryview(b"")

    def shutdown(self) -> None:
        """The server stops. A client of TLS need not answer the end of an idle connection."""
        super().shutdown()
        if self.transport.is_closing() and self._has_tls():
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self.transport.abort)

    def handle_websocket_upgrade(self, *event: Any) -> None:
        """Another protocol takes the connection over."""
        self._is_done = True
        super().handle_websocket_upgrade(*event)
        self.release()

    def data_received(self, data: bytes) -> None:
        """Parse data, or as much of it as there are no requests that wait."""
        if len(data) > PIECE_BYTES or self._unparsed or self._is_busy():
            self._unparsed = memoryview(bytes(self._unparsed) + data)
            self._parse()
            return
        super().data_received(data)
        cycle = self.cycle
        if self._is_in_head or cycle is None or cycle.more_body or cycle.response_complete:
            self._expect_rest(len(data))

    def on_response_complete(self) -> None:
        """A response is written: the next request may be parsed."""
        super().on_response_complete()
        self._deadline = None
        if self._unparsed:
            self._parse()
        elif self._is_in_head:
            self._expect_rest(0)

    def pause_writing(self) -> None:
        """The client does not take the response as fast as it is written."""
        super().pause_writing()
        self.transport.expect_reader()  # type: ignore[attr-defined]

    def _is_busy(self) -> bool:
        """Return whether a whole request waits for its response."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return not cycle.more_body or bool(self.pipeline)

    def _parse(self) -> None:
        """Parse what has come, until a whole request waits; then pause reading."""
        while self._unparsed and not self._is_busy() and not self.transport.is_closing():
            piece = bytes(self._unparsed[:PIECE_BYTES])
            self._unparsed = self._unparsed[PIECE_BYTES:]
            super().data_received(piece)
            if not self._is_busy():
                self._expect_rest(len(piece))
        if self._unparsed:
            self.flow.hold()
        elif not self._is_done:
            self.flow.release()

    def _expect_rest(self, _size: int) -> None:
        """Set the deadline of the request, which begins with its first byte. The client has still
        to send; the last of it were so many bytes."""
        if self._is_done or self.transport.is_closing():
            return
        if self._deadline is None:
            self._deadline = self._timer.time() + self.request_timeout
        timer = self._timer.call_at(self._deadline, self._refuse_late)
        self.timeout_keep_alive_task = timer  # type: ignore[assignment]

    def _refuse_late(self) -> None:
        """Refuse the request, unless it is not the client that made it wait."""
        cycle = self.cycle
        begin = self.flow.resumed_at
        if self._waits_for_app():
            begin = self._timer.time()
        if begin + self.request_timeout > self._timer.time():
            self._deadline = begin + self.request_timeout
            self._expect_rest(0)
        elif cycle is None or cycle.response_complete:
            self._refuse_head()
        elif cycle.response_started or cycle.more_body is LATE:
            self.transport.abort()
        else:
            cycle.more_body = LATE  # the app sees it, and answers 408
            cycle.message_event.set()
            self._timer.call_later(_REFUSAL_SECONDS, self._refuse_late)

    def _waits_for_app(self) -> bool:
        """Return whether the client waits for the app, and not the app for the client."""
        cycle = self.cycle
        if self.flow.read_paused or self._is_busy():
            return True
        return bool(cycle is not None and cycle.more_body and cycle.waiting_for_100_continue)

    def _refuse_head(self) -> None:
        """Close a connection on which no whole head came in time."""
        if self._has_begun():
            seconds = f"{self.request_timeout:g} seconds"
            self.refuse(408, f"the request did not arrive within {seconds}; send it faster")
        else:
            self.transport.close()

    def _has_begun(self) -> bool:
        """Return whether some of a head has come."""
        return self._is_in_head

    def _has_tls(self) -> bool:
        return self.transport.get_extra_info("sslcontext") is not None

    def refuse(self, status: int, message: str) -> None:
        """Answer without the app, and close the connection."""
        self.transport.write(plain_response(status, message))
        if not self._has_tls():  # which has no connections that are closed on one side
            self.transport.write_eof()
        self.transport.set_protocol(RefusedConnection(self.transport))
        self.transport.resume_reading()
        self.connections.discard(self)
        self._is_done = True
        self.release()
