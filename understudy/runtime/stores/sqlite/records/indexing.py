"""Indexing records anew, where handlers declare other indexes than those that the file has."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from understudy.errors import UsageError
from understudy.runtime.stores.database import Place
from understudy.runtime.stores.places import index_name, places_of
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.records.records import Records
from understudy.runtime.stores.sqlite.schema import as_text
from understudy.runtime.stores.sqlite.tables import StoredCollection, Table, Tables
from understudy.runtime.stores.store import Collection, Index

#: Records that are read at once.
_CHUNK = 1000

#: What is to be indexed anew: the collection as the handlers declare it, and as the file has it.
Outdated = list[tuple[Collection, StoredCollection]]


def outdated_collections(
    tables: Tables, indexes: Mapping[tuple[str, str], tuple[Index, ...]]
) -> Outdated:
    """Return the collections in the file whose indexes are others than those in `indexes`, which
    are by API and name."""
    return [
        (Collection(key[1], indexes[key]), stored)
        for key, stored in tables.collections().items()
        if key in indexes and set(map(index_name, indexes[key])) != stored.numbers.keys()
    ]


def reindex(connection: Connection, tables: Tables, records: Records, outdated: Outdated) -> None:
    """Index collections anew, in a transaction. Raises UsageError if a record has no place."""
    for collection, stored in outdated:
        names = list(dict.fromkeys(map(index_name, collection.indexes)))
        numbers = {name: number for number, name in enumerate(names)}
        for table_id in tables.of_collection(stored):
            _reindex_table(connection, records, Table(table_id, numbers), collection)
        tables.set_indexes(stored, names)
    records.forget()


def _reindex_table(
    connection: Connection, records: Records, table: Table, collection: Collection
) -> None:
    records.remove_places(table)
    next_key = b""
    while True:
        rows = connection.rows(
            "SELECT key, position, encoded FROM records WHERE table_id = ? AND key >= ?"
            " ORDER BY key LIMIT ?",
            (table.id, next_key, _CHUNK),
        )
        for key, position, encoded in rows:
            records.set_places(table, position, _places(collection, key, encoded))
        if len(rows) < _CHUNK:
            return
        next_key = rows[-1][0] + b"\0"


def _places(collection: Collection, key: bytes, encoded: bytes) -> tuple[Place, ...]:
    try:
        return places_of(collection, msgspec.json.decode(encoded))
    except TypeError as error:
        raise UsageError(
            f"the record {as_text(key)!r} of {collection.name} was written by other handlers than "
            f"those of now, and {error}; use those handlers, or give another file"
        ) from error
