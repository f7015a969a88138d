"""The store that keeps its records in the memory of one process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.stores.evictable_records import EvictableRecords
from understudy.runtime.stores.store import Collection, Index, Record
from understudy.runtime.stores.table import Row, Table


class MemoryStore:
    """A `Store` of tables, with an undo log."""

    __slots__ = ("_evictable", "_shared", "_tables", "_undo")

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        #: The names of tables that other stores have, too, until one of them writes to it.
        self._shared: set[str] = set()
        self._evictable: EvictableRecords | None = None
        self._undo: list[tuple[Table, str, Row | None]] = []

    def _table(self, collection: Collection) -> Table:
        table = self._tables.get(collection.name)
        if table is None:
            table = self._tables[collection.name] = Table(collection)
        return table

    def _own_table(self, collection: Collection) -> Table:
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
                for key in table.all_keys():
                    self._evictable.count(table, key)

    def close(self) -> None:
        """Give back what the records have of the memory budget, because they are dropped."""
        if self._evictable is not None:
            self._evictable.clear()

    def _evict(self, collection: Collection, key: str) -> None:
        self._own_table(collection).delete(key)

    def get(self, collection: Collection, key: str) -> Record | None:
        """See `Store`; about 0.2 us."""
        table = self._tables.get(collection.name)
        return None if table is None else table.get(key)

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """See `Store`."""
        table = self._tables.get(collection.name)
        if table is None or self._shared:
            table = self._own_table(collection)
        self._undo.append((table, key, table.put(key, record)))

    def delete(self, collection: Collection, key: str) -> bool:
        """See `Store`."""
        table = self._own_table(collection)
        row = table.delete(key)
        if row is None:
            return False
        self._undo.append((table, key, row))
        return True

    def position(self, collection: Collection, key: str) -> int | None:
        """See `Store`; a new record has its position at once."""
        return self._table(collection).position(key)

    def serial(self, collection: Collection) -> int:
        """See `Store`."""
        table = self._own_table(collection)
        table.serial += 1
        return table.serial

    def count(self, collection: Collection, index: Index, group: Any = None) -> int:
        """See `Store`."""
        return self._table(collection).index(index).count(group)

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
        """See `Store`; the first use of an index takes O(n log n)."""
        table = self._table(collection)
        positions = table.index(index).page(group, descending, offset, limit, above, below)
        return table.records_at(positions)

    def size(self) -> int:
        """Return the number of records."""
        return sum(map(len, (*self._tables.values(),)))

    def dump(self) -> dict[str, Any]:
        """See `Store`."""
        return {
            name: table.dump()
            for name, table in sorted(self._tables.items())
            if len(table) or table.serial
        }

    def content(self) -> dict[Collection, Mapping[str, Any]]:
        """Return the same as `dump`, by collection, for `load` of another store."""
        return {table.collection: table.dump() for table in self._tables.values()}

    def load(self, dumped: Mapping[Collection, Mapping[str, Any]]) -> None:
        """See `Store`."""
        self._undo.clear()
        self._tables.clear()
        self._shared.clear()
        for collection, content in dumped.items():
            table = self._table(collection)
            table.serial = content.get("serial", 0)
            for key, record in content["records"].items():
                table.put(key, record)

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
            table.restore(key, row)
