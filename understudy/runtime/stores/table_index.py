"""One index of a table: the positions of its records in the index's order."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

from understudy.runtime.stores.sorted_groups import Entries, SortedGroups, rank_left, rank_right
from understudy.runtime.stores.store import Index, Record


class TableIndex:
    """The positions of the records of a table, sorted by an index, in each of its groups.

    A record with a value to sort by is an entry (value, position). One without, which sorts before
    all of these, is an entry by its position alone, and so are all records of an index by
    insertion.
    """

    __slots__ = ("_group", "_order", "_positions", "_values")

    def __init__(self, index: Index) -> None:
        self._order: Any = index.order
        self._group: Any = index.group
        self._positions = SortedGroups()
        self._values = SortedGroups()

    @classmethod
    def of(cls, index: Index, records: Iterable[tuple[int, Record]]) -> TableIndex:
        """Return an index of records, each with its position; O(n log n)."""
        built = cls(index)
        places = [(*built._place(record), position) for position, record in records]
        built._positions.fill((g, position) for g, value, position in places if value is None)
        built._values.fill(
            (g, (value, position)) for g, value, position in places if value is not None
        )
        return built

    def copy(self) -> TableIndex:
        """Return an index that changes apart from this one."""
        other = TableIndex(Index(self._order, self._group))
        other._positions, other._values = self._positions.copy(), self._values.copy()
        return other

    def _place(self, record: Record) -> tuple[Any, Any]:
        """Return the group of a record and its value; no record has a field without a name."""
        return record.get(self._group), record.get(self._order)

    def change(self, position: int, old: Record | None, new: Record | None) -> None:
        """Replace the record of a position; None means that there is none.

        Raises TypeError for a value that cannot be sorted, KeyError or ValueError if the old record
        is not where it should be; the index cannot be used any more, then.
        """
        before = None if old is None else self._place(old)
        after = None if new is None else self._place(new)
        if before == after:
            return
        if before is not None:
            group, value = before
            if value is None:
                self._positions.remove(group, position)
            else:
                self._values.remove(group, (value, position))
        if after is not None:
            group, value = after
            if value is None:
                self._positions.add(group, position)
            else:
                self._values.add(group, (value, position))

    def count(self, group: Any) -> int:
        """Return the number of records of a group."""
        return len(self._positions.entries(group)) + len(self._values.entries(group))

    def page(
        self,
        group: Any,
        descending: bool,
        offset: int,
        limit: int | None,
        above: Any,
        below: Any,
    ) -> list[int]:
        """Return the positions of what `Store.list` returns; O(log n) and what it returns."""
        positions, values = self._positions.entries(group), self._values.entries(group)
        if above is None and below is None:
            first, last = 0, len(positions) + len(values)
        else:
            first, last = self._range(positions, values, above, below)
        if descending:
            stop = max(last - offset, first)
            start = first if limit is None else max(stop - limit, first)
        else:
            start = min(first + offset, last)
            stop = last if limit is None else min(start + limit, last)
        found = _slice(positions, values, start, stop)
        if descending:
            found.reverse()
        return found

    def _range(
        self, positions: Entries, values: Entries, above: Any, below: Any
    ) -> tuple[int, int]:
        """Return the ranks in a group between which the records within two limits are."""
        nulls = len(positions)
        if self._order is None:
            first = 0 if above is None else rank_right(positions, above)
            return first, nulls if below is None else rank_left(positions, below)
        first = 0 if above is None else nulls + rank_right(values, (above, inf))
        last = len(values) if below is None else rank_left(values, (below,))
        return first, nulls + last


def _slice(positions: Entries, values: Entries, start: int, stop: int) -> list[int]:
    """Return the positions of the records at some ranks: first those of `positions`."""
    nulls = len(positions)
    found: list[int] = positions[start:stop] if start < nulls else []
    if stop > nulls:
        found += [entry[1] for entry in values[max(start - nulls, 0) : stop - nulls]]
    return found
