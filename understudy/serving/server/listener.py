"""The listening socket, and its URL."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from understudy.errors import UsageError
from understudy.serving.server.open_files import check_open_files

#: The most connections that wait to be accepted.
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free one. Raises UsageError if that fails."""
    listener = bind(host, port)
    with _refusals(listener, host, port):
        listener.listen(BACKLOG)
    return listener


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that has an address and does not listen yet; port 0 picks a free one. Raises
    UsageError if that fails, as where another server listens."""
    check_open_files()
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError, UnicodeError) as error:
        raise UsageError(f"there is no address {host} port {port}: {error}") from None
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with _refusals(bound, host, port):
        bound.bind(address)
    return bound


@contextmanager
def _refusals(refused: socket.socket, host: str, port: int) -> Iterator[None]:
    """Raise UsageError if the system refuses the address, and close the socket."""
    try:
        yield
    except OSError as error:
        refused.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} of {host} is taken; choose another with --port, or --port 0 "
                "for any that is free"
            ) from None
        raise UsageError(f"cannot listen on {host} port {port}: {error.strerror}") from None


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """Return the origin at which clients on this machine reach the socket."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = "127.0.0.1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
