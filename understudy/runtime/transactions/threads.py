"""Threads for work that blocks: a request passes through one in a fifth of the time that an
executor of the standard library takes for its two futures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

_Item = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]

#: The least and the most threads.
_FEWEST: Final = 2
_MOST: Final = 32

#: The seconds of a trip for which a thread more has something to do while others wait.
_TRIP_OF_A_THREAD: Final = 50e-6


class Threads:
    """Threads that are started as they are needed, and end with the process.

    There are as many as wait for a database with this round trip (in seconds) while others work:
    more of them would take the interpreter away from each other, and read what others are about to
    change.
    """

    def __init__(self, round_trip: Callable[[], float]) -> None:
        self._round_trip = round_trip
        self._queue: SimpleQueue[_Item] = SimpleQueue()
        self._lock = Lock()
        self._count = self._busy = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns, which is called in a thread."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        most = min(_FEWEST + int(self._round_trip() / _TRIP_OF_A_THREAD), _MOST)
        with self._lock:
            self._busy += 1
            is_needed = self._count < min(self._busy, most)
            self._count += is_needed
        if is_needed:
            Thread(target=self._work, name="state", daemon=True).start()
        self._queue.put((work, loop, future))
        return await future

    def _work(self) -> None:
        while True:
            work, loop, future = self._queue.get()
            result, error = None, None
            try:
                result = work()
            except BaseException as raised:
                error = raised
            with self._lock:
                self._busy -= 1
            loop.call_soon_threadsafe(_resolve, future, result, error)
            del work, future, result, error  # nothing is kept until the next work


def _resolve(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
