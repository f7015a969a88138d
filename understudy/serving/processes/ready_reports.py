"""What workers tell their parent: that they are ready. And what they learn: that it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress

_BYTES = 8


class ReadyReports:
    """A pair of sockets. All workers write to one end, and the parent holds the other one: when it
    is gone, however that came, they can read the end of the stream."""

    def __init__(self) -> None:
        self.reader, self._writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.reader.setblocking(False)

    def take(self) -> list[int]:
        """Return the process ids of workers that have become ready since the last call."""
        pids = []
        with suppress(BlockingIOError):
            while report := self.reader.recv(_BYTES):
                pids.append(int.from_bytes(report))
        return pids

    def leave_parent(self) -> None:
        """Close the parent's end, in a worker."""
        self.reader.close()

    def send(self) -> None:
        """Say that this worker is ready, and stop it when the parent is gone. Called in its event
        loop."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._writer, self._stop)
        self._writer.send(os.getpid().to_bytes(_BYTES))

    def _stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self._writer)
        signal.raise_signal(signal.SIGTERM)
