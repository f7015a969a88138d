"""The timer of one connection, for all that it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class ConnectionTimer:
    """A timer whose deadline moves often, at the cost of an assignment.

    It stands where uvicorn's protocol has its event loop and its timer: `call_later` sets the
    deadline, `cancel` removes it. One timer of the loop runs, and compares the time with the
    deadline. A new timer for each response costs 4 us a request.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.create_task = loop.create_task
        self.time = loop.time
        self._loop = loop
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._callback: Callable[[], None] | None = None

    def call_later(self, delay: float, callback: Callable[[], None]) -> ConnectionTimer:
        """Call back after `delay` seconds, unless it is cancelled before."""
        self._deadline = deadline = self.time() + delay
        self._callback = callback
        if self._timer is None or deadline < self._due:
            self._start()
        return self

    def call_at(self, deadline: float, callback: Callable[[], None]) -> ConnectionTimer:
        """Call back at a time of the loop, unless it is cancelled before."""
        self._deadline = deadline
        self._callback = callback
        if self._timer is None or deadline < self._due:
            self._start()
        return self

    def cancel(self) -> None:
        """Remove the deadline."""
        self._deadline = None

    def close(self) -> None:
        """Stop the timer, because the connection is gone."""
        self._deadline = self._callback = None
        if self._timer is not None:
            self._timer.cancel()

    def _start(self) -> None:
        assert self._deadline is not None
        if self._timer is not None:
            self._timer.cancel()
        self._due = self._deadline
        self._timer = self._loop.call_at(self._deadline, self._check)

    def _check(self) -> None:
        self._timer = None
        if self._deadline is None or self._callback is None:
            return
        if self._deadline - self.time() > 0.001:
            self._start()
        else:
            self._callback()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)
