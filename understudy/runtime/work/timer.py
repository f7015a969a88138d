"""A timer: it does due work by itself while the clock runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

#: The longest time that a timer waits, in microseconds; then it looks again.
_LONGEST = 3_600_000_000


class Timer:
    """The timer for the earliest due time of a namespace's worlds; it calls `expire`."""

    __slots__ = ("_expire", "_handle")

    def __init__(self, expire: Callable[[], object]) -> None:
        self._expire = expire
        self._handle: asyncio.Handle | None = None

    def set(self) -> None:
        """Expire once the present request or change is done.

        Not at once: a request may be handled at another time of the clock than the present one.
        """
        self.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server runs, so no time passes either
            return
        self._handle = loop.call_soon(self._expire)

    def wait_until(self, due: int, now: int) -> None:
        """Expire at a time of the running clock."""
        self.cancel()
        seconds = min(max(due - now, 0), _LONGEST) / 1_000_000
        self._handle = asyncio.get_running_loop().call_later(seconds, self._expire)

    @property
    def is_set(self) -> bool:
        """Return whether it waits."""
        return self._handle is not None and not self._handle.cancelled()

    def cancel(self) -> None:
        """Stop waiting."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
