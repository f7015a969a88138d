"""The clock of a server of Redis, which all processes that use it share."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic_ns
from typing import Any

from understudy.runtime.stores.errors import StoreUnavailable

#: Nanoseconds after which the difference is measured again, because clocks drift.
_INTERVAL = 60_000_000_000

#: How often it is measured, of which the shortest trip counts.
_SAMPLES = 3


class Clock:
    """The time of a server, from this process's monotonic clock and the difference between them.

    `ask_time` makes a trip to the server and returns seconds and microseconds. The difference is
    exact to half of the trip's duration.
    """

    def __init__(self, ask_time: Callable[[], Any]) -> None:
        self._ask_time = ask_time
        self._difference = 0
        #: The duration of a trip in nanoseconds, as it was measured last.
        self.round_trip = 0
        self._measured_at = 0
        self._lock = Lock()

    def time_ns(self) -> int:
        """Return the time in nanoseconds since 1970, without a trip."""
        now = monotonic_ns()
        if now - self._measured_at > _INTERVAL and self._lock.acquire(blocking=False):
            self._measured_at = now
            Thread(target=self._measure_again, name="redis-clock", daemon=True).start()
        return now + self._difference

    def measure(self) -> None:
        """Measure the difference. Raises StoreUnavailable."""
        half, difference = min(self._sample() for _ in range(_SAMPLES))
        self.round_trip = 2 * half
        if abs(difference - self._difference) > half:  # else the time would jump for nothing
            self._difference = difference
        self._measured_at = monotonic_ns()

    def _measure_again(self) -> None:
        try:
            self.measure()
        except StoreUnavailable:
            pass  # the old difference is still good
        finally:
            self._lock.release()

    def _sample(self) -> tuple[int, int]:
        """Return half of a trip's duration, and the difference."""
        before = monotonic_ns()
        seconds, microseconds = self._ask_time()
        after = monotonic_ns()
        half = (after - before) // 2
        return half, (int(seconds) * 1_000_000 + int(microseconds)) * 1000 - (after - half)
