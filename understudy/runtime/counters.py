"""Counters of a namespace: hits of fault rules, rate limits, numbers of deliveries."""

from __future__ import annotations

from typing import Protocol

from understudy.runtime.rate_limit import Window


class Counters(Protocol):
    """Numbers by name, each 0 at first. What is counted stays so, whatever becomes of a request."""

    def add(self, name: str, amount: int = 1) -> int:
        """Add to a counter, and return it."""

    def get(self, name: str) -> int:
        """Return a counter."""

    def set(self, name: str, value: int | None) -> None:
        """Set a counter; None removes it."""

    def count_in_window(self, name: str, now: int, length: int) -> Window:
        """Count one in a window that lasts `length` microseconds from its first count; if it is
        over at `now`, or begins more than its length after it, a new one begins. Return the window.
        (Requests of several workers may come in another order than that of their times.)"""

    def clear(self) -> None:
        """Remove all counters and windows."""


class MemoryCounters:
    """The counters of a namespace in memory; see `Counters`."""

    __slots__ = ("_numbers", "_windows")

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._windows: dict[str, Window] = {}

    def add(self, name: str, amount: int = 1) -> int:
        """See `Counters`."""
        self._numbers[name] = number = self._numbers.get(name, 0) + amount
        return number

    def get(self, name: str) -> int:
        """See `Counters`."""
        return self._numbers.get(name, 0)

    def set(self, name: str, value: int | None) -> None:
        """See `Counters`."""
        self._windows.pop(name, None)
        if value is None:
            self._numbers.pop(name, None)
        else:
            self._numbers[name] = value

    def count_in_window(self, name: str, now: int, length: int) -> Window:
        """See `Counters`."""
        window = self._windows.get(name)
        if window is None or not abs(now - window.began) < length:
            window = Window(now, 0)
        self._windows[name] = window = Window(window.began, window.count + 1)
        return window

    def clear(self) -> None:
        """See `Counters`."""
        self._numbers.clear()
        self._windows.clear()
