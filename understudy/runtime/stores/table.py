"""The records of one collection in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from understudy.runtime.stores.packing import Packing
from understudy.runtime.stores.store import Collection, Index, Record
from understudy.runtime.stores.table_index import TableIndex

#: A record with its position in the order of insertion.
Row = tuple[int, Record]

#: The most records of a table that are kept unpacked, so that they are read at once.
_MOST_UNPACKED: Final = 2000


class Table:
    """The records of one collection, by key and by position.

    Those that were written or read by key lately are kept as they are, the others packed. An index
    is made when it is first used, because most never are; from then on it is kept.
    """

    __slots__ = (
        "_indexes",
        "_inserted",
        "_packing",
        "_positions",
        "_records",
        "_unpacked",
        "collection",
        "serial",
    )

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        #: The last integer that `Store.serial` returned.
        self.serial = 0
        self._inserted = 0
        self._positions: dict[str, int] = {}
        self._records: dict[int, Record | bytes] = {}
        #: The positions of the records that are not packed, the oldest first; some of them may have
        #: been deleted.
        self._unpacked: deque[int] = deque()
        self._packing = Packing()
        self._indexes: dict[Index, TableIndex] = {}

    def __len__(self) -> int:
        return len(self._records)

    def copy(self) -> Table:
        """Return a table with the same records, which changes apart from this one."""
        table = Table(self.collection)
        table.serial, table._inserted = self.serial, self._inserted
        table._positions, table._records = self._positions.copy(), self._records.copy()
        table._unpacked, table._packing = self._unpacked.copy(), self._packing
        table._indexes = {name: index.copy() for name, index in self._indexes.items()}
        return table

    def all_keys(self) -> list[str]:
        """Return the keys of all records."""
        return list(self._positions)

    def get(self, key: str) -> Record | None:
        """Return the record of a key, or None."""
        position = self._positions.get(key)
        if position is None:
            return None
        record = self._records[position]
        return self._unpacked_at(position) if isinstance(record, bytes) else record

    def position(self, key: str) -> int | None:
        """Return the position of a key, or None."""
        return self._positions.get(key)

    def put(self, key: str, record: Record) -> Row | None:
        """Add or replace the record of a key; return what it was before, for `restore`."""
        position = self._positions.get(key)
        if position is None:
            self._inserted = position = self._inserted + 1
            self._add(key, position, record)
            return None
        old = self._records[position]
        if isinstance(old, bytes):
            old = self._unpacked_at(position)
        self._records[position] = record
        if self._indexes:
            self._reindex(position, old, record)
        return position, old

    def delete(self, key: str) -> Row | None:
        """Remove the record of a key; return what it was, for `restore`, or None."""
        position = self._positions.pop(key, None)
        if position is None:
            return None
        record = self._read(position)
        del self._records[position]
        self._reindex(position, record, None)
        return position, record

    def restore(self, key: str, row: Row | None) -> None:
        """Make a key what it was before the last `put` or `delete`. A position that nobody has seen
        is given again, so that what is rolled back changes no cursor."""
        undone = self.delete(key)
        if row is not None:
            self._add(key, *row)
        elif undone is not None and undone[0] == self._inserted:
            self._inserted -= 1

    def _add(self, key: str, position: int, record: Record) -> None:
        self._positions[key] = position
        self._set(position, record)
        if self._indexes:
            self._reindex(position, None, record)

    def _reindex(self, position: int, old: Record | None, new: Record | None) -> None:
        """Change what has been made of the indexes; if one cannot sort the record, or a handler has
        changed the old one in its place, they are made anew when they are used next."""
        try:
            for index in self._indexes.values():
                index.change(position, old, new)
        except (TypeError, ValueError, KeyError):
            self._indexes.clear()

    def _unpacked_at(self, position: int) -> Record:
        """Return the record at a position, which stays unpacked for a while."""
        record = self._records[position]
        if isinstance(record, bytes):
            record = self._packing.unpack(record)
            self._set(position, record)
        return record

    def _set(self, position: int, record: Record) -> None:
        """Set a record that is new or was packed, and pack the one that is unpacked longest."""
        self._records[position] = record
        self._unpacked.append(position)
        if len(self._unpacked) > _MOST_UNPACKED:
            self._pack(self._unpacked.popleft())

    def _pack(self, position: int) -> None:
        """Pack the record at a position, if there is one."""
        record = self._records.get(position)
        if isinstance(record, dict):
            self._records[position] = self._packing.pack(record) or record

    def _read(self, position: int) -> Record:
        """Return the record at a position, and leave it as it is kept."""
        record = self._records[position]
        return self._packing.unpack(record) if isinstance(record, bytes) else record

    def index(self, index: Index) -> TableIndex:
        """Return one of the collection's indexes. Raises KeyError for another one."""
        found = self._indexes.get(index)
        if found is None:
            if index not in self.collection.indexes:
                raise KeyError(f"{self.collection.name} has no index {index}")
            found = self._indexes[index] = TableIndex.of(index, self._all())
        return found

    def _all(self) -> Iterator[tuple[int, Record]]:
        return ((position, self._read(position)) for position in self._records)

    def records_at(self, positions: list[int]) -> list[Record]:
        """Return the records at positions."""
        records, unpack = self._records, self._packing.unpack
        return [
            unpack(record) if isinstance(record, bytes) else record
            for record in map(records.__getitem__, positions)
        ]

    def dump(self) -> dict[str, Any]:
        """Return the last serial, and the records by key in the order of insertion."""
        by_position = sorted((position, key) for key, position in self._positions.items())
        return {
            "serial": self.serial,
            "records": {key: self._read(position) for position, key in by_position},
        }
