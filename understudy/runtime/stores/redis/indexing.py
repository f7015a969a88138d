"""Indexes of collections: those that records were written with, and how they are made anew."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from understudy.errors import UsageError
from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.errors import Conflict
from understudy.runtime.stores.places import index_name, places_of
from understudy.runtime.stores.redis.keys import to_bytes
from understudy.runtime.stores.store import Collection, Index

if TYPE_CHECKING:
    from understudy.runtime.stores.redis.database import RedisDatabase

log = logging.getLogger("understudy")

#: The hash of the indexes of all collections, by API and name.
_INDEXES = b"us:indexes"

#: The records that are indexed by one transaction.
_STEP = 500

Indexes = Mapping[tuple[str, str], tuple[Index, ...]]


def reindex(database: RedisDatabase, indexes: Indexes) -> None:
    """Index the records of those collections anew whose indexes are others than before. Raises
    UsageError if a record has no place in one."""
    server = database.server(_INDEXES)
    for (api, name), declared in indexes.items():
        field = to_bytes(f"{api}/{name}")
        names = " ".join(sorted(map(index_name, declared))).encode()
        before = server.ask(b"HGET", _INDEXES, field)
        if before == names:
            continue
        if before is not None:
            _reindex(database, api, Collection(name, declared))
        server.ask(b"HSET", _INDEXES, field, names)


def _reindex(database: RedisDatabase, api: str, collection: Collection) -> None:
    for namespace in database.names():
        session = database.session(namespace)
        tables = [t for t in session.tables() if (t.api, t.collection) == (api, collection.name)]
        session.close()
        for table in tables:
            _reindex_table(database, namespace, table, collection)


def _reindex_table(
    database: RedisDatabase, namespace: str, table: TableName, collection: Collection
) -> None:
    session = database.session(namespace)
    keys = [key for key, _ in session.all(table)]
    session.close()
    for start in range(0, len(keys), _STEP):
        step = keys[start : start + _STEP]
        while not _reindex_step(database, namespace, table, collection, step):
            log.info("%s: others use what is being indexed anew; once more", collection.name)


def _reindex_step(
    database: RedisDatabase,
    namespace: str,
    table: TableName,
    collection: Collection,
    keys: list[str],
) -> bool:
    """Index some records anew; return False if others have changed one of them meanwhile."""
    session, changes = database.session(namespace), Changes()
    try:
        for key in keys:
            stored = session.get(table, key)
            if stored is not None:
                places = places_of(collection, msgspec.json.decode(stored.encoded))
                changes.writes[table, key] = Write(stored.encoded, places)
        session.commit(changes)
    except Conflict:
        return False
    except TypeError as error:
        raise UsageError(
            f"the records of {collection.name} in the namespace {namespace} do not fit the indexes "
            f"of the handlers: {error}; serve them with the version that wrote them"
        ) from None
    finally:
        session.close()
    return True
