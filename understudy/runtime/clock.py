"""The clock of a namespace: it runs, is frozen, or is moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from understudy.runtime.journal import Signal
from understudy.timestamps import EPOCH

_MICROSECOND = timedelta(microseconds=1)

#: The first and the last moment of a clock, in microseconds since 1970: the years 2 to 9998.
FIRST = (datetime(2, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND
LAST = (datetime(9999, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND


class Clock:
    """A clock in integer microseconds since 1970 (UTC). It shows real time until it is changed."""

    __slots__ = ("_changed", "_frozen_time", "_offset", "_wall")

    def __init__(self, wall: Callable[[], int] = time.time_ns) -> None:
        self._wall = wall
        self._offset = 0
        self._frozen_time: int | None = None
        self._changed = Signal()

    def now(self) -> int:
        """Return the time in microseconds since 1970, UTC."""
        if self._frozen_time is not None:
            return self._frozen_time
        return self._wall() // 1000 + self._offset

    @property
    def frozen(self) -> bool:
        """Return whether the clock is frozen."""
        return self._frozen_time is not None

    async def wait_until(self, micros: int) -> None:
        """Wait until the clock shows a time or a later one; a frozen clock has to be moved."""
        while (left := micros - self.now()) > 0:
            await self._changed.wait(None if self.frozen else left / 1_000_000)

    def freeze(self, at: datetime | None = None) -> None:
        """Freeze the clock at `at` (an aware datetime), or at its current time.

        Raises OverflowError, and changes nothing, if `at` is outside of the years 2 to 9998.
        """
        self._frozen_time = self.now() if at is None else _checked((at - EPOCH) // _MICROSECOND)
        self._changed.notify()

    def set(self, at: datetime, *, frozen: bool) -> None:
        """Set the clock to `at` (an aware datetime); freeze it there, or let it run on from there.

        Raises OverflowError, and changes nothing, if `at` is outside of the years 2 to 9998.
        """
        self.freeze(at)
        if not frozen:
            self.resume()

    def advance(self, by: timedelta) -> None:
        """Move the clock by `by`; a frozen clock stays frozen.

        Raises OverflowError, and changes nothing, if that leads out of the years 2 to 9998.
        """
        step = by // _MICROSECOND
        _checked(self.now() + step)
        if self._frozen_time is not None:
            self._frozen_time += step
        else:
            self._offset += step
        self._changed.notify()

    def resume(self) -> None:
        """Let a frozen clock run on from its current time."""
        if self._frozen_time is not None:
            self._offset = self._frozen_time - self._wall() // 1000
            self._frozen_time = None
            self._changed.notify()

    @contextmanager
    def frozen_at(self, micros: int) -> Iterator[None]:
        """Freeze the clock at a time in microseconds until the block ends."""
        before, self._frozen_time = self._frozen_time, micros
        try:
            yield
        finally:
            self._frozen_time = before
            self._changed.notify()

    @property
    def state(self) -> tuple[int, int | None]:
        """The microseconds that it is ahead of real time, and the time at which it is frozen."""
        return self._offset, self._frozen_time

    def restore(self, offset: int, frozen_time: int | None) -> None:
        """Put the clock into a `state`."""
        self._offset, self._frozen_time = offset, frozen_time

    def reset(self) -> None:
        """Set the clock back to real time."""
        self._offset = 0
        self._frozen_time = None
        self._changed.notify()


def _checked(micros: int) -> int:
    """Return the time if handlers can add a session's length or a time zone to it.

    Raises OverflowError.
    """
    if not FIRST <= micros < LAST:
        raise OverflowError("the clock keeps to the years 2 to 9998")
    return micros
