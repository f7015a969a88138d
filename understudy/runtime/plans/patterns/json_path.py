"""Patterns of the values that a JSON path leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from understudy.http.json_codec import ABSENT
from understudy.runtime.plans.patterns.mismatch import Mismatch, Pattern, Steps

if TYPE_CHECKING:
    from understudy.runtime.plans.patterns.json_path_query import JSONPathQuery

#: Values that a mismatch shows.
_MOST_SHOWN = 5


class JSONPath:
    """A JSON path, and the pattern that one of the values that it leads to must fit.

    Raises ValueError if it is no path, or one whose filters could take long.
    """

    __slots__ = ("_path", "_pattern", "_query")

    def __init__(self, path: str, pattern: Pattern) -> None:
        # Seldom used, and slow to import.
        from understudy.runtime.plans.patterns.json_path_query import JSONPathQuery

        self._path = path
        self._pattern = pattern
        self._query: JSONPathQuery = JSONPathQuery(path)

    def fits(self, body: Any, steps: Steps) -> bool:
        """Return whether a value fits, or nothing is there and need not be. Raises TooManySteps."""
        found = False
        for value in self._query.values(body, steps):
            found = True
            if self._pattern.fits(value, steps):
                return True
        return not found and self._pattern.fits(ABSENT, steps)

    def differences(self, body: Any, steps: Steps) -> Iterator[Mismatch]:
        """Yield that no value fits. Raises TooManySteps."""
        if self.fits(body, steps):
            return
        values = list(self._query.values(body, steps))
        got = ABSENT if not values else values[0] if len(values) == 1 else values[:_MOST_SHOWN]
        note = f"none of {len(values)} values fits" if len(values) > 1 else ""
        yield Mismatch(f"json_path {self._path}", self._pattern.wanted, got, note)
