"""The journal: the last exchanges of a namespace as its clients saw them, and the counter that
numbers the exchanges of all namespaces."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Protocol

import msgspec

from understudy.http.messages import Exchange, Response
from understudy.runtime.memory_budget import MemoryBudget

#: Bytes that an exchange takes besides its parts, and a header besides its name and value.
_OVERHEAD = 1000
_HEADER_OVERHEAD = 150


#: The most exchanges that a journal keeps, the most bytes that they take, and the most bytes of a
#: body: larger ones would leave no room for other exchanges.
MOST_EXCHANGES, MOST_BYTES = 1000, 16_000_000
MOST_BODY = MOST_BYTES // 4


class Signal:
    """Wakes the coroutines that wait for it; `number` counts the notifications."""

    __slots__ = ("number", "waiting")

    def __init__(self) -> None:
        self.number = 0
        self.waiting: list[asyncio.Future[None]] = []

    def notify(self) -> None:
        """Wake all coroutines that wait now."""
        self.number += 1
        for future in self.waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float | None, since: int | None = None) -> bool:
        """Wait for the next notification, or the next after the one of number `since`; return
        whether it came within `seconds` (None: however long it takes)."""
        if since is not None and since != self.number:
            return True
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


class Journal(Protocol):
    """The journal of a namespace; `signal` is for new exchanges."""

    signal: Signal

    @property
    def seen(self) -> int:
        """How many exchanges it has had since it was cleared."""

    def add(self, exchange: Exchange) -> None:
        """Add an exchange; the oldest are removed if there are too many."""

    def numbered(self) -> Iterator[tuple[int, Exchange]]:
        """Return the exchanges, newest first, each with its number."""

    def clear(self) -> None:
        """Remove all exchanges."""

    def __len__(self) -> int:
        """Return how many exchanges there are."""


class MemoryJournal:
    """A journal in memory: a bounded list of exchanges, oldest first, each with its number.

    A body that is larger than `most_body`, a quarter of `most_bytes`, is not kept: it would leave
    no room for other exchanges.
    """

    __slots__ = (
        "__weakref__",
        "_budget",
        "_bytes",
        "_kept",
        "_notes",
        "counter",
        "most",
        "most_body",
        "most_bytes",
        "seen",
        "signal",
    )

    def __init__(
        self,
        most: int = MOST_EXCHANGES,
        most_bytes: int = MOST_BYTES,
        counter: ExchangeCounter | None = None,
        budget: MemoryBudget | None = None,
    ) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self.most_body = most_bytes // 4
        self.counter = counter or ExchangeCounter()
        self.signal = Signal()
        self._budget = budget or MemoryBudget()
        self._kept: deque[Exchange] = deque()
        self._notes: deque[tuple[int, int]] = deque()  # number and size of each
        self._bytes = 0
        self.seen = 0

    def add(self, exchange: Exchange) -> None:
        """Add an exchange; remove the oldest ones if there are too many, or too many bytes."""
        kept, notes, budget, counter = self._kept, self._notes, self._budget, self.counter
        request, response = exchange.request, exchange.response
        size = _OVERHEAD + request.size + len(request.body) + len(response.body)
        size += len(request.path) + len(request.query) + _HEADER_OVERHEAD * len(request.headers)
        if response.headers or response.chunks or response.violations:
            size += _size_of_parts(response)
        if size > self.most_body:
            whole, exchange = exchange, without_large_bodies(exchange, self.most_body)
            size -= _bytes_of_bodies(whole) - _bytes_of_bodies(exchange)
        counter.last = number = counter.last + 1
        if not kept:
            budget.journals.add(self)
        kept.append(exchange)
        notes.append((number, size))
        self.seen += 1
        for signal in (self.signal, counter.signal):
            signal.number += 1
            if signal.waiting:
                signal.notify()
        before = self._bytes
        after = before + size
        while len(kept) > self.most or after > self.most_bytes:
            kept.popleft()
            after -= notes.popleft()[1]
        self._bytes = after
        budget.used = used = budget.used + after - before
        if used > budget.most:
            budget.shrink_journals()

    @property
    def bytes(self) -> int:
        """How much memory its exchanges take."""
        return self._bytes

    @property
    def oldest(self) -> int:
        """The number of the oldest exchange, 0 if there is none."""
        return self._notes[0][0] if self._notes else 0

    def remove_oldest(self) -> None:
        """Remove the oldest exchange."""
        self._kept.popleft()
        size = self._notes.popleft()[1]
        self._bytes -= size
        self._budget.used -= size

    def clear(self) -> None:
        """Remove all exchanges."""
        self._budget.used -= self._bytes
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


def without_large_bodies(exchange: Exchange, most: int) -> Exchange:
    """Return the exchange without bodies of more than `most` bytes; it says which are missing."""
    missing = dict(exchange.missing_bodies)
    request, response = exchange.request, exchange.response
    reason = f"the body has {{}} bytes; the journal keeps bodies of at most {most}"
    if len(request.body) > most:
        missing["request"] = reason.format(len(request.body))
        request = msgspec.structs.replace(request, body=b"")
    if len(response.body) > most or len(response.sent) > most:
        missing["response"] = reason.format(len(response.sent))
        response = response.replace(body=b"", chunks=())
    if len(missing) == len(exchange.missing_bodies):
        return exchange
    return exchange.replace(request=request, response=response, missing_bodies=missing)


def _bytes_of_bodies(exchange: Exchange) -> int:
    response = exchange.response
    return len(exchange.request.body) + len(response.body) + sum(map(len, response.chunks))


def _size_of_parts(response: Response) -> int:
    """Return the bytes that the headers, the chunks and the violations of a response take."""
    size = sum(len(name) + len(value) + _HEADER_OVERHEAD for name, value in response.headers)
    size += sum(map(len, response.chunks))
    return size + sum(len(v.at) + len(v.message) + _OVERHEAD for v in response.violations)
