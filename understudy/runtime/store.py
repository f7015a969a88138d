"""State: collections of JSON records, with the indexes that they are listed by.

A handler names a `Collection` and a key; it never holds a container. It must not change a record
that it has read; it puts a new record instead. With these two rules, a store that processes share
could replace `MemoryStore` later (a hash for the records, a sorted set for each index).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sortedcontainers import SortedList

from understudy.runtime.memory_budget import (
    MemoryBudget,
    OutOfMemoryBudget,
    PlannedItems,
    size_in_memory,
)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """An order to list records in.

    Records are sorted by the field `order`, without one by their insertion; in one list, or in one
    list for each value of the field `group`. A missing or null value sorts first.
    """

    order: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of records, and the indexes that they can be listed by.

    `record` is the type of the records, such as a TypedDict: imported records must fit it. `key` is
    the field, if there is one, that has the key that a record is stored under. Records that are
    `evictable`, such as files, count in the memory budget of all namespaces, and the oldest of them
    are removed if they take too much.
    """

    name: str
    indexes: tuple[Index, ...] = ()
    record: Any = None
    key: str | None = None
    evictable: bool = False


class Store(Protocol):
    """The interface of a store. The cost of a list depends on what it returns, not on the number of
    records."""

    def get(self, collection: Collection, key: str) -> Record | None:
        """Return the record with this key, or None."""

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """Add the record, or replace the one with this key; the new one keeps its place in the
        order of insertion."""

    def delete(self, collection: Collection, key: str) -> bool:
        """Remove the record; return whether there was one."""

    def position(self, collection: Collection, key: str) -> int | None:
        """Return the record's position in the order of insertion, a number that grows from record
        to record; None if there is no such record."""

    def serial(self, collection: Collection) -> int:
        """Return the next of the integers 1, 2, 3...; none is returned twice."""

    def count(self, collection: Collection, index: Index, group: Any = None) -> int:
        """Return the number of records that `index` lists (for `group`)."""

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
        """Return records in the order of `index` (for `group`).

        Only those whose order value is strictly above `above` and strictly below `below`; of these,
        `limit` records after the first `offset`.
        """

    def commit(self) -> None:
        """Commit all writes since the last commit."""

    def rollback(self) -> None:
        """Roll back all writes since the last commit."""

    def size(self) -> int:
        """Return the number of records."""

    def close(self) -> None:
        """Let go of what is kept for the records, because they are dropped."""


#: A record with its number in the order of insertion, its place in each index (group, sorted
#: entry), and the values of the fields that determine these places.
Row = tuple[int, Record, list[tuple[Any, tuple[Any, int, str]]], tuple[Any, ...]]


class _Table:
    """The records of one collection by key, and its indexes, each with a sorted list of (order
    value, number of insertion, key) for each group."""

    __slots__ = ("_fields", "_lists", "collection", "indexes", "inserted", "rows", "serial")

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.rows: dict[str, Row] = {}
        self.inserted = 0
        self.serial = 0
        self.indexes: dict[Index, dict[Any, SortedList[Any]]] = {
            index: {} for index in collection.indexes
        }
        self._lists = [(i.order, i.group, lists) for i, lists in self.indexes.items()]
        names = {name: None for index in collection.indexes for name in (index.order, index.group)}
        self._fields = [name for name in names if name is not None]

    def copy(self) -> _Table:
        """Return a table with the same rows, which nobody changes in their place."""
        table = _Table(self.collection)
        table.rows = dict(self.rows)
        table.inserted, table.serial = self.inserted, self.serial
        for index, lists in self.indexes.items():
            own = table.indexes[index]
            own.update((group, entries.copy()) for group, entries in lists.items())
        return table

    def insert(self, key: str, record: Record) -> None:
        """Add a record with a new key. The same as `set` without an old row, in one loop."""
        self.inserted = serial = self.inserted + 1
        get = record.get
        places = []
        for order, group, lists in self._lists:
            value: Any = serial if order is None else get(order)
            entry = (_NULL if value is None else (1, value), serial, key)
            name = None if group is None else get(group)
            entries = lists.get(name)
            if entries is None:
                entries = lists[name] = SortedList()
            entries.add(entry)
            places.append((name, entry))
        self.rows[key] = serial, record, places, tuple(map(get, self._fields))

    def update(self, key: str, record: Record, old: Row) -> None:
        """Replace the record of a key; if its places are the same, nothing else changes."""
        get = record.get
        fields = tuple(map(get, self._fields))
        serial = old[0]
        if old[3] == fields:
            self.rows[key] = serial, record, old[2], fields
            return
        places = []
        for order, group, _ in self._lists:
            value: Any = serial if order is None else get(order)
            entry = (_NULL if value is None else (1, value), serial, key)
            places.append((None if group is None else get(group), entry))
        self.set(key, (serial, record, places, fields), old)

    def set(self, key: str, row: Row | None, old: Row | None) -> None:
        """Replace the row `old` of a key by `row`; None means that there is no row."""
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


class EvictableRecords(PlannedItems[_Table]):
    """The records of one store that count in the memory budget, by collection and key."""

    kind = "record"

    __slots__ = ("_evict",)

    def __init__(
        self, budget: MemoryBudget, namespace: str, evict: Callable[[Collection, str], object]
    ) -> None:
        super().__init__(budget, namespace)
        self._evict = evict

    def count(self, table: _Table, key: str) -> None:
        """Count a record that was written or deleted."""
        name, row = f"{table.collection.name}/{key}", table.rows.get(key)
        if row is None:
            self.remove(name)
            return
        try:
            self.keep(name, table, size_in_memory(row[1]))
        except OutOfMemoryBudget:
            self._evict(table.collection, key)

    def remove_oldest(self) -> str:
        """Remove the oldest record from its store; return what it was."""
        name = next(iter(self._ages))
        table = self.kept[name]
        self._evict(table.collection, name.removeprefix(f"{table.collection.name}/"))
        return super().remove_oldest()


class MemoryStore:
    """The store of one process: dictionaries, sorted lists and an undo log."""

    __slots__ = ("_evictable", "_shared", "_tables", "_undo")

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}
        #: The names of tables that other stores have, too, until one of them writes to it.
        self._shared: set[str] = set()
        self._evictable: EvictableRecords | None = None
        self._undo: list[tuple[_Table, str, Row | None]] = []

    def _table(self, collection: Collection) -> _Table:
        table = self._tables.get(collection.name)
        if table is None:
            table = self._tables[collection.name] = _Table(collection)
        return table

    def _own_table(self, collection: Collection) -> _Table:
        """Return the table of a collection to write to: a copy, if other stores have it, too."""
        if collection.name in self._shared:
            self._shared.discard(collection.name)
            self._tables[collection.name] = self._tables[collection.name].copy()
        return self._table(collection)

    def share(self) -> MemoryStore:
        """Return a store with the same records; each table is copied when one of the two stores
        first writes to it. Nothing may be uncommitted."""
        other = MemoryStore()
        other._tables = dict(self._tables)
        self._shared = set(self._tables)
        other._shared = set(self._tables)
        return other

    def count_evictable(self, budget: MemoryBudget, namespace: str) -> None:
        """Count the records that are evictable in a budget from now on."""
        self._evictable = EvictableRecords(budget, namespace, self._evict)
        for table in self._tables.values():
            if table.collection.evictable and table.collection.name not in self._shared:
                for key in list(table.rows):
                    self._evictable.count(table, key)

    def close(self) -> None:
        """See `Store`; gives back what the records have of the memory budget."""
        if self._evictable is not None:
            self._evictable.clear()

    def _evict(self, collection: Collection, key: str) -> None:
        table = self._own_table(collection)
        if key in table.rows:
            table.set(key, None, table.rows[key])

    def get(self, collection: Collection, key: str) -> Record | None:
        """See `Store`; about 0.2 us."""
        row = self._table(collection).rows.get(key)
        return None if row is None else row[1]

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """See `Store`."""
        table = self._own_table(collection) if self._shared else self._table(collection)
        old = table.rows.get(key)
        if old is None:
            table.insert(key, record)
        else:
            table.update(key, record, old)
        self._undo.append((table, key, old))

    def delete(self, collection: Collection, key: str) -> bool:
        """See `Store`."""
        table = self._own_table(collection)
        old = table.rows.get(key)
        if old is None:
            return False
        table.set(key, None, old)
        self._undo.append((table, key, old))
        return True

    def position(self, collection: Collection, key: str) -> int | None:
        """See `Store`."""
        row = self._table(collection).rows.get(key)
        return None if row is None else row[0]

    def serial(self, collection: Collection) -> int:
        """See `Store`; like in a database sequence, a rollback does not reset it."""
        table = self._own_table(collection)
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
        """Return all records: for each collection, by name, its `records` by key, in the order of
        insertion, and the last `serial` that it returned."""
        return {
            name: {
                "serial": table.serial,
                "records": {
                    key: row[1] for key, row in sorted(table.rows.items(), key=lambda i: i[1][0])
                },
            }
            for name, table in sorted(self._tables.items())
            if table.rows or table.serial
        }

    def load(self, dumped: Mapping[Collection, Mapping[str, Any]]) -> None:
        """Replace all records by what `dump` returned."""
        self._undo.clear()
        self._tables.clear()
        self._shared.clear()
        for collection, content in dumped.items():
            table = self._table(collection)
            table.serial = content.get("serial", 0)
            for key, record in content["records"].items():
                table.insert(key, record)

    def commit(self) -> None:
        """See `Store`."""
        if self._undo:
            if self._evictable is not None:
                for table, key, _ in self._undo:
                    if table.collection.evictable:
                        self._evictable.count(table, key)
            self._undo.clear()

    def rollback(self) -> None:
        """See `Store`."""
        while self._undo:
            table, key, row = self._undo.pop()
            table.set(key, row, table.rows.get(key))


#: The order value of a record without one; it sorts below all others, which are (1, value).
_NULL = (0,)
#: Greater than every number of insertion.
_LAST = float("inf")
