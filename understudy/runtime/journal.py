"""The journal: the last exchanges of a namespace as its clients saw them, and the counter that
numbers the exchanges of all namespaces."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator

from understudy.http.messages import Exchange

#: Bytes that an exchange takes besides its bodies, roughly.
_OVERHEAD = 1000


class Signal:
    """Wakes the coroutines that wait for it."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[None]] = []

    def notify(self) -> None:
        """Wake all coroutines that wait now."""
        for future in self.waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float | None) -> bool:
        """Wait for the next notification; return whether it came within `seconds` (None: however
        long it takes)."""
        future = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        try:
            async with asyncio.timeout(seconds):  # wait_for of Python 3.11 may lose a cancellation
                await future
        except TimeoutError:
            return False
        finally:
            self.waiting.remove(future)
        return True


class ExchangeCounter:
    """What all journals of an app share: the number of the last exchange, which only grows even if
    journals are cleared, and a signal for the next exchange."""

    __slots__ = ("last", "signal")

    def __init__(self) -> None:
        self.last = 0
        self.signal = Signal()


class Journal:
    """A bounded list of exchanges, oldest first, each with its number; `seen` counts all exchanges
    since the journal was cleared."""

    __slots__ = ("_bytes", "_kept", "_notes", "counter", "most", "most_bytes", "seen", "signal")

    def __init__(
        self,
        most: int = 1000,
        most_bytes: int = 16_000_000,
        counter: ExchangeCounter | None = None,
    ) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self.counter = counter or ExchangeCounter()
        self.signal = Signal()
        self._kept: deque[Exchange] = deque()
        self._notes: deque[tuple[int, int]] = deque()  # number and size of each
        self._bytes = 0
        self.seen = 0

    def add(self, exchange: Exchange) -> None:
        """Add an exchange; remove the oldest ones if there are too many, or too many bytes."""
        kept = self._kept
        request = exchange.request
        size = _OVERHEAD + request.size + len(request.body) + len(exchange.response.body)
        size += len(request.path) + len(request.query)
        counter = self.counter
        counter.last = number = counter.last + 1
        kept.append(exchange)
        self._notes.append((number, size))
        self.seen += 1
        if self.signal.waiting:
            self.signal.notify()
        if counter.signal.waiting:
            counter.signal.notify()
        self._bytes += size
        while len(kept) > self.most or self._bytes > self.most_bytes:
            kept.popleft()
            self._bytes -= self._notes.popleft()[1]

    def clear(self) -> None:
        """Remove all exchanges."""
        self._kept.clear()
        self._notes.clear()
        self._bytes = 0
        self.seen = 0

    def newest(self) -> Iterator[Exchange]:
        """Return the exchanges, newest first."""
        return iter(reversed(self._kept))

    def numbered(self) -> Iterator[tuple[int, Exchange]]:
        """Return the exchanges, newest first, each with its number."""
        numbers = (number for number, _ in reversed(self._notes))
        return zip(numbers, reversed(self._kept), strict=True)

    def __len__(self) -> int:
        return len(self._kept)
