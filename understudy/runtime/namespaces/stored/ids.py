"""Ids from a seed where requests run side by side."""

from __future__ import annotations

from understudy.runtime.counters import Counters
from understudy.runtime.ids import Ids

_DRAWN = "drawn"


class StoredIds(Ids):
    """Generates the ids of one request.

    An id depends on the seed, on the number of the request among those that drew ids, and on its
    place among the ids of that request. So a request counts once, however many ids it draws, and
    the same requests one after the other have the same ids in any number of processes.
    """

    __slots__ = ("_counters", "_request")

    def __init__(self, seed: int | str, counters: Counters) -> None:
        super().__init__(seed)
        self._counters = counters
        self._request = 0

    def uuid(self) -> str:
        """Return the next UUID of version 4, in lower case."""
        if not self._request:
            self._request = self._counters.add(_DRAWN)
        self._last += 1
        return self._uuid(b"%d.%d" % (self._request, self._last))

    @property
    def drawn(self) -> int:
        """The number of requests that have drawn ids since the last reset."""
        return self._counters.get(_DRAWN)

    def reset(self, seed: int | str | None = None) -> None:
        """Start again from the first id, with a new `seed` if one is given."""
        super().reset(seed)
        self.skip(0)

    def skip(self, drawn: int) -> None:
        """Start again, as if so many requests had drawn ids since the reset."""
        self._last = self._request = 0
        self._counters.set(_DRAWN, drawn)
