"""uvicorn, with our protocols and settings: start, readiness, clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import monotonic
from typing import Any, Literal

import httptools
import uvicorn

from understudy.serving.server.connection import REQUEST_TIMEOUT, Connection
from understudy.serving.server.http_protocol import MOST_HEAD_BYTES, HttpProtocol
from understudy.serving.server.open_files import OpenFiles

#: Seconds after which an idle connection is closed: longer than clients keep theirs, because a
#: request that meets the close is lost.
KEEP_ALIVE = 60

#: The size of the largest message of a web socket, in bytes.
MOST_MESSAGE_BYTES = 1_000_000

#: Seconds that open requests get when the server stops.
GRACE = 2

#: The signal by which a server retires, and the seconds in which it does.
RETIRE = signal.SIGUSR1
DRAIN = 10


def run(
    app: Any,
    listener: socket.socket,
    *,
    log_level: str = "warning",
    lifespan: Literal["on", "off"] = "off",
    methods: Iterable[str] = (),
    request_timeout: float = REQUEST_TIMEOUT,
    tls: ssl.SSLContext | None = None,
    ready: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM; call `ready` once connections are accepted.

    At the signal `RETIRE`, accept no more, and stop once the open ones are closed: their next
    response asks for that.

    `methods` are those of requests that must be parsed, besides the usual ones. A request must
    arrive within `request_timeout` seconds from its first byte. With `tls`, connections are
    encrypted.
    """
    protocol = partial(_protocol(methods), request_timeout=request_timeout, open_files=OpenFiles())
    config = uvicorn.Config(
        app,
        http=protocol,  # type: ignore[arg-type]  # a class is only ever called
        ws=_web_socket,  # type: ignore[arg-type]
        ws_max_size=MOST_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # a compressed message may be a thousand times as large
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        lifespan=lifespan,
        proxy_headers=False,
        access_log=False,
        log_level=log_level,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
        backlog=2048,
    )
    config.load()
    config.ssl = tls
    server = _Server(config, ready)
    _tune_garbage_collector()
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))


def _tune_garbage_collector() -> None:
    """Search all objects for cyclic garbage seldom, and those of the start never.

    State lives long, and a search of all takes 25 ms where a search of young objects takes 0.4 ms.
    After 700 * 10 * 50 objects more, which is after some 17,000 requests, it costs 1 us a request.
    Connections leave no cyclic garbage, but python-engineio does: 12 kB for each web socket. The
    start has run without a search (see `commands.serve.command`).
    """
    gc.freeze()
    gc.set_threshold(700, 10, 50)
    gc.enable()


def _web_socket(**options: Any) -> Any:
    """Return uvicorn's protocol for web sockets, imported when the first one opens."""
    from understudy.serving.server.web_socket_protocol import WebSocketProtocol

    return WebSocketProtocol(**options)


def _protocol(methods: Iterable[str]) -> type[Connection]:
    """Return the protocol for requests of these methods: httptools parses only the usual ones."""
    if all(map(parses, set(methods))):
        return HttpProtocol
    from understudy.serving.server.any_method_protocol import AnyMethodProtocol

    return AnyMethodProtocol


def parses(method: str) -> bool:
    """Return whether httptools parses requests of a method: then the fast protocol can serve it."""
    try:
        httptools.HttpRequestParser(object()).feed_data(f"{method} / HTTP/1.1\r\n\r\n".encode())
    except httptools.HttpParserError:
        return False
    except httptools.HttpParserUpgrade:  # CONNECT
        return True
    return True


class _Server(uvicorn.Server):
    """uvicorn's server, which calls `ready`, can retire, and does not fail when a signal stops
    it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._retire_until: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, then call `ready`."""
        await super().startup(sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Return whether to stop: when a signal says so, or a retired server has no connections any
        more, or no time."""
        until = self._retire_until
        if until is not None and (not self.server_state.connections or monotonic() > until):
            self.should_exit = True
        return await super().on_tick(counter)

    def _retire(self) -> None:
        """Accept no more connections, and close the open ones after their next response. A server
        that closed them now would lose the requests that are on their way."""
        for server in self.servers:
            server.close()
        close = [(b"connection", b"close")]
        self.config.encoded_headers = self.server_state.default_headers = close
        self._retire_until = monotonic() + DRAIN

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal; do not wait for open requests at the second."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(RETIRE, self._retire)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, RETIRE):
                loop.remove_signal_handler(number)
