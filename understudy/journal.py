"""The journal: the last exchanges of a namespace, as its clients saw them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator

from understudy.exchange import Exchange

#: Bytes that an exchange takes besides its bodies, roughly.
_OVERHEAD = 1000


class Journal:
    """A bounded list of exchanges, oldest first; `seen` counts all there ever were."""

    __slots__ = ("_bytes", "_kept", "_sizes", "_waiting", "most", "most_bytes", "seen")

    def __init__(self, most: int = 1000, most_bytes: int = 16_000_000) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self._kept: deque[Exchange] = deque()
        self._sizes: deque[int] = deque()
        self._bytes = 0
        self.seen = 0
        self._waiting: list[asyncio.Future[None]] = []

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange; the oldest go where there are too many, or too many bytes."""
        kept = self._kept
        request = exchange.request
        size = _OVERHEAD + request.size + len(request.body) + len(exchange.reply.body)
        size += len(request.path) + len(request.query)
        kept.append(exchange)
        self._sizes.append(size)
        self.seen += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._bytes += size
        while len(kept) > self.most or self._bytes > self.most_bytes:
            kept.popleft()
            self._bytes -= self._sizes.popleft()

    async def changed(self, seconds: float) -> bool:
        """Wait for the next exchange; whether it came within the time."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await asyncio.wait_for(future, max(seconds, 0))
        except TimeoutError:
            return False
        finally:
            self._waiting.remove(future)
        return True

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._sizes.clear()
        self._bytes = 0
        self.seen = 0

    def newest(self) -> Iterator[Exchange]:
        """What is kept, newest first."""
        return iter(reversed(self._kept))

    def __len__(self) -> int:
        return len(self._kept)
