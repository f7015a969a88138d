"""Serves the app on a socket with uvicorn: start, readiness, clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from understudy.errors import UsageError
from understudy.http.asgi_response import TRANSPORT, HeadBuffer

#: The size of a request's head, in bytes, beyond which the connection is cut. The response to a
#: smaller head that is still too large is 431.
MOST_HEAD_BYTES = 2_000_000

#: Seconds after which an idle connection is closed: longer than clients keep theirs, because a
#: request that meets the close is lost.
KEEP_ALIVE = 60

#: Open files without which the server cannot start; each connection is one more.
FEWEST_OPEN_FILES = 20

#: Seconds that open requests get when the server stops.
GRACE = 2


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one. Raises UsageError if that fails."""
    _check_open_files()
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError, UnicodeError) as error:
        raise UsageError(f"there is no address {host} port {port}: {error}") from None
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} of {host} is taken; choose another with --port, or --port 0 "
                "for any that is free"
            ) from None
        raise UsageError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    return listener


def _check_open_files() -> None:
    """Raise UsageError if the event loop could not even start: it would abort the process."""
    if sys.platform == "win32":
        return
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < FEWEST_OPEN_FILES:
        raise UsageError(
            f"the system allows {allowed} open files, and a server needs {FEWEST_OPEN_FILES}; "
            "raise the limit with `ulimit -n`"
        )


def url_of(listener: socket.socket) -> str:
    """Return the origin at which clients on this machine reach the socket."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    app: Any,
    listener: socket.socket,
    *,
    log_level: str = "warning",
    lifespan: Literal["on", "off"] = "off",
    methods: Iterable[str] = (),
    ready: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM; call `ready` once connections are accepted.

    `methods` are those of requests that must be parsed, besides the usual ones.
    """
    config = uvicorn.Config(
        app,
        http=_protocol(methods),
        ws=_web_socket,  # type: ignore[arg-type]  # a class is only ever called
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
    server = _Server(config, ready)
    _tune_garbage_collector()
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))


def _tune_garbage_collector() -> None:
    """Exclude old objects from the search for cyclic garbage.

    State lives long, and to search it costs more than the rest of a request. Frequent searches of
    young objects are short. With rarer and longer ones, the p99 in our benchmark was five times the
    p50, not twice. The start has run without a search (see `commands.serve`).
    """
    gc.freeze()
    gc.set_threshold(700, 10_000, 1000)
    gc.enable()


def _web_socket(**options: Any) -> Any:
    """Return uvicorn's protocol for web sockets, imported when the first one opens."""
    from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

    return WSProtocol(**options)


class _KeepAliveTimer:
    """The timer of one connection, in the place of a new one after each response.

    It stands where uvicorn's protocol has its event loop and its timer: `call_later` sets the
    deadline, `cancel` removes it. One timer of the loop runs, and compares the time with the
    deadline. A new timer for each response costs 4 us a request.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.create_task = loop.create_task
        self._loop = loop
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._callback: Callable[[], None] | None = None

    def call_later(self, delay: float, callback: Callable[[], None]) -> _KeepAliveTimer:
        """Call back after `delay` seconds, unless it is cancelled before."""
        self._deadline = self._loop.time() + delay
        self._callback = callback
        if self._timer is None:
            self._timer = self._loop.call_later(delay, self._check)
        return self

    def cancel(self) -> None:
        """Remove the deadline."""
        self._deadline = None

    def _check(self) -> None:
        self._timer = None
        if self._deadline is None or self._callback is None:
            return
        left = self._deadline - self._loop.time()
        if left > 0.001:
            self._timer = self._loop.call_later(left, self._check)
        else:
            self._callback()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def close(self) -> None:
        """Stop the timer, because the connection is gone."""
        self._deadline = self._callback = None
        if self._timer is not None:
            self._timer.cancel()


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol, with responses in one piece and a limit on the size of a request's
    head."""

    _reading_head = False
    _head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """A client has connected: its responses leave in one piece."""
        super().connection_made(HeadBuffer(transport, self.loop))  # type: ignore[arg-type]
        self._timer = _KeepAliveTimer(self.loop)
        self.loop = self._timer  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of the connection."""
        super().connection_lost(exc)
        self._timer.close()

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        self._reading_head = True
        self._head_bytes = 0
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        """The head of a request is complete."""
        self._reading_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Parse data; close the connection if the head of a request is too large."""
        super().data_received(data)
        if self._reading_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.transport.close()


def _protocol(methods: Iterable[str]) -> type[asyncio.Protocol]:
    """Return the protocol for requests of these methods: httptools parses only the usual ones."""
    if all(map(_is_usual, set(methods))):
        return _Protocol
    from understudy.serving.any_method_protocol import AnyMethodProtocol

    return AnyMethodProtocol


def _is_usual(method: str) -> bool:
    """Return whether httptools parses requests of a method."""
    try:
        httptools.HttpRequestParser(object()).feed_data(f"{method} / HTTP/1.1\r\n\r\n".encode())
    except httptools.HttpParserError:
        return False
    except httptools.HttpParserUpgrade:  # CONNECT
        return True
    return True


class _Server(uvicorn.Server):
    """uvicorn's server, which calls `ready`, and does not fail when a signal stops it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, then call `ready`."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal; do not wait for open requests at the second."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
