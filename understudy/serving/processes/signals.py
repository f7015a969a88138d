"""Signals as a queue that can be waited for, beside other things."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

#: What a terminal sends to all its processes; the parent decides what workers do then.
_TERMINAL = (signal.SIGINT, signal.SIGHUP)


class SignalQueue:
    """Collects some signals, instead of what they do else, until it is closed.

    `reader` is readable when some have come.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self.reader, self._writer = socket.socketpair()
        self.reader.setblocking(False)
        self._writer.setblocking(False)
        self._descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers: dict[int, Any] = {
            number: signal.signal(number, _do_nothing) for number in numbers
        }

    def take(self) -> list[int]:
        """Return the signals that have come since the last call."""
        with suppress(BlockingIOError):
            return list(self.reader.recv(4096))
        return []

    def fork(self) -> int:
        """Fork as `os.fork` does. The child has no queue, and no signals of a terminal reach it.
        Raises OSError."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, self._handlers)
        pid = -1
        try:
            pid = os.fork()
            if pid == 0:
                self.close()
        finally:
            after = {*before, *_TERMINAL} if pid == 0 else before
            signal.pthread_sigmask(signal.SIG_SETMASK, after)
        return pid

    def close(self) -> None:
        """Let the signals do again what they did before."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._descriptor)
        self.reader.close()
        self._writer.close()


def has_terminal() -> bool:
    """Return whether this process belongs to a terminal, which is still there."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _do_nothing(*_: Any) -> None:
    """Handle a signal; its number is in the queue already."""
