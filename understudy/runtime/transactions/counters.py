"""The counters of a namespace in a database."""

from __future__ import annotations

from collections import deque
from typing import Any

from understudy.runtime.rate_limit import Window
from understudy.runtime.stores.database import Changes, Session


class CountedBefore:
    """What a request has counted in all its attempts, so that running it again counts nothing
    twice."""

    def __init__(self) -> None:
        self._results: dict[str, list[Any]] = {}

    def replay(self) -> dict[str, deque[Any]]:
        """Return the results by counter, for the next attempt to take from."""
        return {name: deque(results) for name, results in self._results.items()}

    def note(self, name: str, result: Any) -> None:
        """Note a new result."""
        self._results.setdefault(name, []).append(result)


class StoredCounters:
    """The counters of a namespace in one session; see `Counters`."""

    def __init__(self, session: Session, changes: Changes, counted: CountedBefore) -> None:
        self._session = session
        self._changes = changes
        self._counted = counted
        self._replayed = counted.replay()

    def add(self, name: str, amount: int = 1) -> int:
        """See `Counters`."""
        if name in self._changes.counters or self._changes.clear_counters:
            number = self.get(name) + amount  # set by this request, so the commit has to write it
            self._changes.counters[name] = number
            return number
        if self._replayed.get(name):
            return int(self._replayed[name].popleft())
        number = self._session.add(name, amount)
        self._counted.note(name, number)
        return number

    def get(self, name: str) -> int:
        """See `Counters`."""
        if name in self._changes.counters:
            return self._changes.counters[name] or 0
        return 0 if self._changes.clear_counters else self._session.counter(name)

    def set(self, name: str, value: int | None) -> None:
        """See `Counters`; done with the commit."""
        self._changes.counters[name] = value

    def count_in_window(self, name: str, now: int, length: int) -> Window:
        """See `Counters`."""
        if self._replayed.get(name):
            window: Window = self._replayed[name].popleft()
            return window
        window = self._session.count_in_window(name, now, length)
        self._counted.note(name, window)
        return window

    def clear(self) -> None:
        """See `Counters`; done with the commit."""
        self._changes.counters.clear()
        self._changes.clear_counters = True
