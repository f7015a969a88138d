"""Commits of several requests that share one COMMIT of SQLite, and one wait for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from understudy.runtime.stores.errors import StoreUnavailable


class Group:
    """The commits of one turn of the event loop, and those who wait until they are lasting.

    Without an event loop there is one commit, and nobody waits.
    """

    __slots__ = ("_loop", "_waiting", "messages")

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        #: Namespace and content of the messages that are sent once the group is lasting.
        self.messages: list[tuple[str, bytes]] = []
        self._loop = loop
        self._waiting: list[asyncio.Future[None]] = []

    def call_in_next_turn(self, call: Callable[[Group], None]) -> None:
        """Call a function with the group in the next turn of the event loop, if there is one."""
        if self._loop is not None:
            self._loop.call_soon(call, self)

    def call_in_thread(self, work: Callable[[], None], then: Callable[[Group, Any], None]) -> None:
        """Do some work in a thread; then call a function with the group and the error, or None."""
        assert self._loop is not None
        done = self._loop.run_in_executor(None, work)
        done.add_done_callback(lambda done: then(self, done.exception()))

    def wait(self) -> asyncio.Future[None] | None:
        """Return what to await until the group is lasting: a future for each who waits, so that one
        that is cancelled does not cancel others."""
        if self._loop is None:
            return None
        future = self._loop.create_future()
        self._waiting.append(future)
        return future

    def succeed(self) -> None:
        """Tell those who wait that the group is lasting."""
        for future in self._still_waiting():
            future.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Tell those who wait that the group was not kept, or that nobody knows whether it is."""
        for future in self._still_waiting():
            future.set_exception(StoreUnavailable(str(error)))

    def _still_waiting(self) -> list[asyncio.Future[None]]:
        if self._loop is None or self._loop.is_closed():
            return []
        return [future for future in self._waiting if not future.done()]


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop that runs now, or None."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
