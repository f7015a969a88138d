"""Sorted entries by group, small for the many groups that have one entry or a few."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Any, Final

from sortedcontainers import SortedList

#: Entries of one group: integers or tuples that can be compared, in order.
Entries = list[Any] | SortedList[Any]

_LISTS: Final = (list, SortedList)

#: The most entries of a plain list, which is faster at its end, where most are added and read; in a
#: longer one, an insertion in the middle moves too many.
_MANY: Final = 20_000


class SortedGroups:
    """The entries of each group in order: integers, or tuples.

    A single entry is kept as it is, up to 20,000 in a list, more of them in a `SortedList`.
    """

    __slots__ = ("_groups",)

    def __init__(self) -> None:
        self._groups: dict[Any, Any] = {}

    def copy(self) -> SortedGroups:
        """Return groups that change apart from these."""
        other = SortedGroups()
        other._groups = {
            group: found.copy() if isinstance(found, _LISTS) else found
            for group, found in self._groups.items()
        }
        return other

    def fill(self, entries: Iterable[tuple[Any, Any]]) -> None:
        """Add entries, each with its group, to groups that are empty; O(n log n)."""
        lists: dict[Any, list[Any]] = {}
        for group, entry in entries:
            lists.setdefault(group, []).append(entry)
        self._groups = {group: _compact(found) for group, found in lists.items()}

    def entries(self, group: Any) -> Entries:
        """Return the entries of a group, which the caller does not change."""
        found = self._groups.get(group)
        if found is None:
            return []
        return found if isinstance(found, _LISTS) else [found]

    def add(self, group: Any, entry: Any) -> None:
        """Add an entry to a group."""
        found = self._groups.get(group)
        if found is None:
            self._groups[group] = entry
        elif isinstance(found, SortedList):
            found.add(entry)
        elif not isinstance(found, list):
            self._groups[group] = sorted((found, entry))
        elif len(found) < _MANY:
            insort(found, entry)
        else:
            self._groups[group] = SortedList((*found, entry))

    def remove(self, group: Any, entry: Any) -> None:
        """Remove an entry from its group. Raises KeyError or ValueError if it is not there."""
        found = self._groups[group]
        if isinstance(found, SortedList):
            found.remove(entry)
        elif isinstance(found, list):
            place = bisect_left(found, entry)
            if found[place : place + 1] != [entry]:
                raise ValueError(f"{entry!r} is not in the group {group!r}")
            del found[place]
        elif found != entry:
            raise ValueError(f"{entry!r} is not the group {group!r}")
        if not isinstance(found, _LISTS) or not found:
            del self._groups[group]


def _compact(entries: list[Any]) -> Any:
    """Sort the entries of a group, and return them as the group keeps them."""
    if len(entries) == 1:
        return entries[0]
    entries.sort()
    return SortedList(entries) if len(entries) > _MANY else entries


def rank_left(entries: Entries, value: Any) -> int:
    """Return how many entries are less than a value."""
    return bisect_left(entries, value) if isinstance(entries, list) else entries.bisect_left(value)


def rank_right(entries: Entries, value: Any) -> int:
    """Return how many entries are a value or less."""
    return (
        bisect_right(entries, value) if isinstance(entries, list) else entries.bisect_right(value)
    )
