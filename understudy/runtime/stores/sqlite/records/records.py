"""Records in the file: read, and written together with their places in indexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from understudy.runtime.stores.database import Page, Place, StoredRecord
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.records.cache import Cached, RecordCache
from understudy.runtime.stores.sqlite.records.stored_places import StoredPlace, StoredPlaces
from understudy.runtime.stores.sqlite.schema import as_bytes, as_text
from understudy.runtime.stores.sqlite.tables import Table, Tables

_encode = msgspec.msgpack.Encoder().encode
#: A list with as many records is kept in memory; a longer one would displace too many others.
_SHORT = 500

_READ = "SELECT key, encoded, places FROM records WHERE position = ?"

_decode = msgspec.msgpack.Decoder(list[StoredPlace]).decode


class Records:
    """The records of all tables."""

    __slots__ = ("_cache", "_connection", "_places", "_tables")

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
        self._places = StoredPlaces(connection)
        self._cache = RecordCache()

    def forget(self) -> None:
        """Forget what is remembered of the file; called when a transaction was rolled back."""
        self._places.forget()
        self._cache.forget()

    def get(self, table: Table, key: str) -> StoredRecord | None:
        """Return a record, or None."""
        found = self._find(table, key)
        return None if found is None else found.record

    def all(self, table: Table) -> list[tuple[str, StoredRecord]]:
        """Return all records with their keys, in the order of their positions."""
        rows = self._connection.rows(
            "SELECT key, position, encoded FROM records INDEXED BY records_by_key"
            " WHERE table_id = ? ORDER BY position",
            (table.id,),
        )
        return [(as_text(key), StoredRecord(*stored)) for key, *stored in rows]

    def page(self, table: Table, page: Page) -> list[tuple[str, StoredRecord]]:
        """Return records of an index with their keys; see `Page`."""
        number = table.numbers.get(page.index_name)
        if number is None:
            return []
        positions = self._places.positions(table.id, number, page)
        found = self._cache.with_positions(positions)
        return self._read(table, positions) if found is None else found

    def count(self, table: Table, index: str, group: bytes) -> int:
        """Return the number of records of a group."""
        number = table.numbers.get(index)
        return 0 if number is None else self._places.count(table.id, number, group)

    def put(self, table: Table, key: str, encoded: bytes, places: Iterable[Place]) -> None:
        """Add or replace a record, in a transaction."""
        stored_places = self._stored_places(table, places)
        encoded_places = _encode(stored_places)
        old = self._find(table, key)
        if old is None:
            position = self._connection.insert(
                "INSERT INTO records (table_id, key, places, encoded) VALUES (?, ?, ?, ?)",
                (table.id, as_bytes(key), encoded_places, encoded),
            )
            self._places.move(table.id, position, [], stored_places)
        else:
            position = old.record.position
            sql = "UPDATE records SET places = ?, encoded = ? WHERE position = ?"
            self._connection.run(sql, (encoded_places, encoded, position))
            if encoded_places != old.places:
                self._places.move(table.id, position, _decode(old.places), stored_places)
        self._cache.put(Cached(table.id, key, StoredRecord(position, encoded), encoded_places))

    def delete(self, table: Table, key: str) -> None:
        """Delete a record, if it exists, in a transaction."""
        old = self._find(table, key)
        if old is not None:
            position = old.record.position
            self._connection.run("DELETE FROM records WHERE position = ?", (position,))
            self._places.move(table.id, position, _decode(old.places), [])
            self._cache.remove(table.id, key)

    def clear(self, table_id: int) -> None:
        """Delete all records of a table, in a transaction."""
        self._places.clear(table_id)
        self._cache.forget()
        self._connection.run("DELETE FROM records WHERE table_id = ?", (table_id,))

    def remove_places(self, table: Table) -> None:
        """Remove all records of a table from its indexes, in a transaction; `set_places` of each
        must follow."""
        self._places.clear(table.id)
        self._cache.forget()

    def set_places(self, table: Table, position: int, places: Iterable[Place]) -> None:
        """Set the places of a record that has none, in a transaction."""
        stored_places = self._stored_places(table, places)
        sql = "UPDATE records SET places = ? WHERE position = ?"
        self._connection.run(sql, (_encode(stored_places), position))
        self._places.move(table.id, position, [], stored_places)

    def _find(self, table: Table, key: str) -> Cached | None:
        """Return a record with its places as they are stored, or None."""
        found = self._cache.get(table.id, key)
        if found is None:
            row = self._connection.row(
                "SELECT position, encoded, places FROM records WHERE table_id = ? AND key = ?",
                (table.id, as_bytes(key)),
            )
            if row is None:
                return None
            position, encoded, places = row
            found = Cached(table.id, key, StoredRecord(position, encoded), places)
            self._cache.put(found)
        return found

    def _read(self, table: Table, positions: Sequence[int]) -> list[tuple[str, StoredRecord]]:
        """Return records with their keys. Only of a short list, all are kept in memory."""
        found = []
        is_short = len(positions) <= _SHORT
        for position in positions:
            key, encoded, places = self._connection.row(_READ, (position,))
            cached = Cached(table.id, as_text(key), StoredRecord(position, encoded), places)
            found.append((cached.key, cached.record))
            if is_short:
                self._cache.put(cached)
        return found

    def _stored_places(self, table: Table, places: Iterable[Place]) -> list[StoredPlace]:
        numbers, stored = table.numbers, []
        for name, group, order in places:
            number = numbers.get(name)
            if number is None:
                number = self._tables.new_index(table, name)
            stored.append((number, group, order))
        return stored
