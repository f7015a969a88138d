"""State: collections of JSON records, with the indexes that they are listed by.

A handler names a `Collection` and a key; it never holds a container. What it reads it must not
change: it puts a new record instead. That is all a store shared between processes needs to take
the place of `MemoryStore` later (a hash for the records, a sorted set for each index).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sortedcontainers import SortedList

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """An order to list by: that of a field (`order`), else that of insertion; overall, or one
    list for each value of the field `group`. A missing or null value sorts first."""

    order: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """The name of a kind of record, and the indexes that it may be listed by."""

    name: str
    indexes: tuple[Index, ...] = ()


class Store(Protocol):
    """What a handler may do with state. A list costs what it returns, not what is stored."""

    def get(self, collection: Collection, key: str) -> Record | None:
        """The record under `key`, or None."""

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """Add the record, or replace the one under `key` (which keeps its place of insertion)."""

    def delete(self, collection: Collection, key: str) -> bool:
        """Remove the record; whether there was one."""

    def serial(self, collection: Collection) -> int:
        """The next of the integers 1, 2, 3...; none is given twice."""

    def count(self, collection: Collection, index: Index, group: Any = None) -> int:
        """How many records `index` lists (for `group`)."""

    def list(
        self,
        collection: Collection,
        index: Index,
        group: Any = None,
        *,
        descending: bool = False,
        offset: int = 0,
        limit: int | None = None,
        above: Any = None,
        below: Any = None,
    ) -> list[Record]:
        """The records in the order of `index` (for `group`), those whose order value lies
        strictly above and below the bounds, `limit` of them after the first `offset`."""

    def commit(self) -> None:
        """Keep what was written since the last commit."""

    def rollback(self) -> None:
        """Undo what was written since the last commit."""

    def size(self) -> int:
        """How many records there are."""


#: A record with its serial of insertion, its place in each index (group, sorted entry), and the
#: values of the fields that those places come from.
Row = tuple[int, Record, list[tuple[Any, tuple[Any, int, str]]], tuple[Any, ...]]


class _Table:
    """The records of one collection by key, and its indexes: for each group a sorted list of
    (order value, serial, key)."""

    __slots__ = ("_fields", "_lists", "indexes", "inserted", "rows", "serial")

    def __init__(self, collection: Collection) -> None:
        self.rows: dict[str, Row] = {}
        self.inserted = 0
        self.serial = 0
        self.indexes: dict[Index, dict[Any, SortedList[Any]]] = {
            index: {} for index in collection.indexes
        }
        self._lists = [(i.order, i.group, lists) for i, lists in self.indexes.items()]
        used = {name: None for index in collection.indexes for name in (index.order, index.group)}
        self._fields = [name for name in used if name is not None]

    def row(self, key: str, serial: int, record: Record, old: Row | None) -> Row:
        """A record as a row, in the places of the old one where nothing moves it."""
        get = record.get
        fields = tuple(map(get, self._fields))
        if old is not None and old[3] == fields:
            return serial, record, old[2], fields
        places = []
        for order, group, _ in self._lists:
            value: Any = serial if order is None else get(order)
            entry = (_NULL if value is None else (1, value), serial, key)
            places.append((None if group is None else get(group), entry))
        return serial, record, places, fields

    def set(self, key: str, row: Row | None, old: Row | None) -> None:
        """Put `row`, or nothing, in the place of `old` under `key`."""
        if row is not None and old is not None and row[2] is old[2]:
            self.rows[key] = row
            return
        for number, (_, _, lists) in enumerate(self._lists):
            before = None if old is None else old[2][number]
            after = None if row is None else row[2][number]
            if before == after:
                continue
            if before is not None:
                entries = lists[before[0]]
                entries.remove(before[1])
                if not entries:
                    del lists[before[0]]
            if after is not None:
                group = lists.get(after[0])
                if group is None:
                    group = lists[after[0]] = SortedList()
                group.add(after[1])
        if row is None:
            del self.rows[key]
        else:
            self.rows[key] = row


class MemoryStore:
    """The store of one process: dictionaries, sorted lists and an undo log."""

    __slots__ = ("_tables", "_undo")

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}
        self._undo: list[tuple[_Table, str, Row | None]] = []

    def _table(self, collection: Collection) -> _Table:
        table = self._tables.get(collection.name)
        if table is None:
            table = self._tables[collection.name] = _Table(collection)
        return table

    def get(self, collection: Collection, key: str) -> Record | None:
        """See `Store`; about 0.2 us."""
        row = self._table(collection).rows.get(key)
        return None if row is None else row[1]

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """See `Store`."""
        table = self._table(collection)
        old = table.rows.get(key)
        if old is None:
            table.inserted += 1
        serial = table.inserted if old is None else old[0]
        table.set(key, table.row(key, serial, record, old), old)
        self._undo.append((table, key, old))

    def delete(self, collection: Collection, key: str) -> bool:
        """See `Store`."""
        table = self._table(collection)
        old = table.rows.get(key)
        if old is None:
            return False
        table.set(key, None, old)
        self._undo.append((table, key, old))
        return True

    def serial(self, collection: Collection) -> int:
        """See `Store`; like a database sequence, a rollback does not give it back."""
        table = self._table(collection)
        table.serial += 1
        return table.serial

    def count(self, collection: Collection, index: Index, group: Any = None) -> int:
        """See `Store`."""
        return len(self._table(collection).indexes[index].get(group, ()))

    def list(
        self,
        collection: Collection,
        index: Index,
        group: Any = None,
        *,
        descending: bool = False,
        offset: int = 0,
        limit: int | None = None,
        above: Any = None,
        below: Any = None,
    ) -> list[Record]:
        """See `Store`; O(log n) and what it returns."""
        table = self._table(collection)
        entries = table.indexes[index].get(group)
        if entries is None:
            return []
        first = 0 if above is None else entries.bisect_right(((1, above), _LAST))
        last = len(entries) if below is None else entries.bisect_left(((1, below),))
        if descending:
            stop = max(last - offset, first)
            start = first if limit is None else max(stop - limit, first)
        else:
            start = min(first + offset, last)
            stop = last if limit is None else min(start + limit, last)
        keys = [entry[2] for entry in entries.islice(start, stop, reverse=descending)]
        return [table.rows[key][1] for key in keys]

    def size(self) -> int:
        """See `Store`."""
        return sum(len(table.rows) for table in (*self._tables.values(),))

    def dump(self) -> dict[str, Any]:
        """All that is kept: for each collection its records by key, in the order of insertion, and
        the last serial that it gave."""
        return {
            name: {
                "serial": table.serial,
                "records": {
                    key: row[1] for key, row in sorted(table.rows.items(), key=lambda i: i[1][0])
                },
            }
            for name, table in self._tables.items()
            if table.rows or table.serial
        }

    def load(self, kept: Mapping[Collection, Mapping[str, Any]]) -> None:
        """Keep what `dump` gave, and nothing else."""
        self._undo.clear()
        self._tables.clear()
        for collection, told in kept.items():
            table = self._table(collection)
            table.serial = told.get("serial", 0)
            for key, record in told["records"].items():
                table.inserted += 1
                table.set(key, table.row(key, table.inserted, record, None), None)

    def commit(self) -> None:
        """See `Store`."""
        if self._undo:
            self._undo.clear()

    def rollback(self) -> None:
        """See `Store`."""
        while self._undo:
            table, key, row = self._undo.pop()
            table.set(key, row, table.rows.get(key))


#: What a missing order value counts as, below all others (which are (1, value)).
_NULL = (0,)
#: A serial beyond all others.
_LAST = float("inf")
