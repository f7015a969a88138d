"""The time that a namespace believes in: it runs, stands still, or is moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from understudy.timestamps import EPOCH

_MICROSECOND = timedelta(microseconds=1)

#: The years that a clock keeps to, in microseconds: 2 to 9998.
FIRST = (datetime(2, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND
LAST = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND


class Clock:
    """A clock in integer microseconds since 1970 (UTC); real time until it is told otherwise."""

    __slots__ = ("_offset", "_stopped", "_wall")

    def __init__(self, wall: Callable[[], int] = time.time_ns) -> None:
        self._wall = wall
        self._offset = 0
        self._stopped: int | None = None

    def now(self) -> int:
        """Microseconds since 1970, UTC."""
        if self._stopped is not None:
            return self._stopped
        return self._wall() // 1000 + self._offset

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._stopped is not None

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at `at` (an aware datetime) or where the clock is.

        Raises OverflowError, and changes nothing, outside of the clock's years.
        """
        self._stopped = self.now() if at is None else _within((at - EPOCH) // _MICROSECOND)

    def set(self, at: datetime, *, frozen: bool) -> None:
        """Go to a moment (an aware datetime) and stand still there, or run on from it.

        Raises OverflowError, and changes nothing, outside of the clock's years.
        """
        self.freeze(at)
        if not frozen:
            self.resume()

    def advance(self, by: timedelta) -> None:
        """Move by `by`; a frozen clock stays frozen there.

        Raises OverflowError, and moves nothing, where that leads out of the clock's years.
        """
        step = by // _MICROSECOND
        _within(self.now() + step)
        if self._stopped is not None:
            self._stopped += step
        else:
            self._offset += step

    def resume(self) -> None:
        """Run again, on from where the clock stands."""
        if self._stopped is not None:
            self._offset = self._stopped - self._wall() // 1000
            self._stopped = None

    @contextmanager
    def pretend(self, at: int) -> Iterator[None]:
        """Stand at a moment (in microseconds), until the block ends."""
        stopped, self._stopped = self._stopped, at
        try:
            yield
        finally:
            self._stopped = stopped

    def reset(self) -> None:
        """Back to real time."""
        self._offset = 0
        self._stopped = None


def _within(micros: int) -> int:
    """The time, if it leaves room for a session's length and a time zone on both sides."""
    if not FIRST <= micros < LAST:
        raise OverflowError("the clock keeps to the years 2 to 9998")
    return micros
