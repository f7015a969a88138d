"""The records of one collection in memory."""

from __future__ import annotations

from typing import Any

from understudy.runtime.stores.store import Collection, Index, Record
from understudy.runtime.stores.table_index import TableIndex

#: A record with its position in the order of insertion.
Row = tuple[int, Record]


class Table:
    """The records of one collection, by key and by position.

    An index is made when it is first used, because most never are; from then on it is kept.
    """

    __slots__ = ("_indexes", "_inserted", "_positions", "_records", "collection", "serial")

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        #: The last integer that `Store.serial` returned.
        self.serial = 0
        self._inserted = 0
        self._positions: dict[str, int] = {}
        self._records: dict[int, Record] = {}
        self._indexes: dict[Index, TableIndex] = {}

    def __len__(self) -> int:
        return len(self._records)

    def copy(self) -> Table:
        """Return a table with the same records, which changes apart from this one."""
        table = Table(self.collection)
        table.serial, table._inserted = self.serial, self._inserted
        table._positions, table._records = self._positions.copy(), self._records.copy()
        table._indexes = {name: index.copy() for name, index in self._indexes.items()}
        return table

    def keys(self) -> list[str]:
        """Return all keys."""
        return list(self._positions)

    def get(self, key: str) -> Record | None:
        """Return the record of a key, or None."""
        position = self._positions.get(key)
        return None if position is None else self._records[position]

    def position(self, key: str) -> int | None:
        """Return the position of a key, or None."""
        return self._positions.get(key)

    def put(self, key: str, record: Record) -> Row | None:
        """Add or replace the record of a key; return what it was before, for `restore`."""
        position = self._positions.get(key)
        if position is None:
            self._inserted = position = self._inserted + 1
            self._positions[key] = position
            row = old = None
        else:
            old = self._records[position]
            row = position, old
        self._records[position] = record
        for index in self._indexes.values():
            index.change(position, old, record)
        return row

    def delete(self, key: str) -> Row | None:
        """Remove the record of a key; return what it was, for `restore`, or None."""
        position = self._positions.pop(key, None)
        if position is None:
            return None
        record = self._records.pop(position)
        for index in self._indexes.values():
            index.change(position, record, None)
        return position, record

    def restore(self, key: str, row: Row | None) -> None:
        """Make a key what it was before `put` or `delete`."""
        self.delete(key)
        if row is not None:
            position, record = row
            self._positions[key], self._records[position] = row
            for index in self._indexes.values():
                index.change(position, None, record)

    def index(self, index: Index) -> TableIndex:
        """Return one of the collection's indexes. Raises KeyError for another one."""
        found = self._indexes.get(index)
        if found is None:
            if index not in self.collection.indexes:
                raise KeyError(f"{self.collection.name} has no index {index}")
            found = self._indexes[index] = TableIndex.of(index, self._records)
        return found

    def records_at(self, positions: list[int]) -> list[Record]:
        """Return the records at positions."""
        return [self._records[position] for position in positions]

    def dump(self) -> dict[str, Any]:
        """Return the last serial, and the records by key in the order of insertion."""
        keys = sorted(self._positions, key=self._positions.__getitem__)
        return {
            "serial": self.serial,
            "records": {key: self._records[self._positions[key]] for key in keys},
        }
