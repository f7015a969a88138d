"""Commits of several requests that share one COMMIT of SQLite, which costs an fsync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from understudy.runtime.stores.database import StoreUnavailable


class Group:
    """The commits of one turn of the event loop, and those who wait until they are lasting.

    Without an event loop there is one commit, and nobody waits.
    """

    __slots__ = ("_loop", "_waiting", "messages")

    def __init__(self) -> None:
        #: Namespace and content of the messages that are sent once the group is lasting.
        self.messages: list[tuple[str, bytes]] = []
        self._waiting: list[asyncio.Future[None]] = []
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    @property
    def has_loop(self) -> bool:
        """Return whether there is an event loop, and so a next turn."""
        return self._loop is not None

    def call_in_next_turn(self, call: Callable[[Group], None]) -> None:
        """Call a function with the group in the next turn of the event loop, if there is one."""
        if self._loop is not None:
            self._loop.call_soon(call, self)

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
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Tell those who wait that nothing of the group was kept."""
        for future in self._waiting:
            if not future.done():
                future.set_exception(StoreUnavailable(str(error)))
