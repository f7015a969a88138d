"""An address at which several sockets listen; the system deals connections out among them."""

from __future__ import annotations

import socket

from understudy.serving.server.listener import BACKLOG, bind


class SharedAddress:
    """An address for the sockets of several workers; port 0 picks a free one. Raises UsageError if
    another server listens there.

    The first socket only reserves it, also while no worker listens. It is bound before it may share
    its port: a socket that may would silently take a part of another server's connections.
    """

    def __init__(self, host: str, port: int) -> None:
        self.reserved = bind(host, port)
        self.reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)

    def listen(self) -> socket.socket:
        """Return one more socket that listens there."""
        listener = socket.socket(self.reserved.family)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            listener.setsockopt(socket.SOL_SOCKET, option, 1)
        listener.bind(self.reserved.getsockname())
        listener.listen(BACKLOG)
        return listener

    def close(self) -> None:
        """Reserve it no longer."""
        self.reserved.close()
