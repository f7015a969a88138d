"""The ids of namespaces and tables in the file, and the indexes of collections."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from understudy.runtime.stores.database import TableName
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.schema import as_bytes, as_text

#: Ids that are remembered; with more, all are forgotten and looked up again.
_MOST = 10_000


class Table(NamedTuple):
    """A table in the file; `numbers` has the indexes of its collection by name."""

    id: int
    numbers: dict[str, int]


class StoredCollection(NamedTuple):
    """A collection of an API, which all namespaces have, and its indexes by name."""

    id: int
    numbers: dict[str, int]


class Tables:
    """The namespaces, collections and tables of the file. What is read of them is remembered until
    `forget`, which must be called when a transaction was rolled back."""

    __slots__ = ("_collections", "_connection", "_namespaces", "_tables")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._namespaces: dict[str, int] = {}
        self._tables: dict[tuple[str, TableName], Table] = {}
        self._collections: dict[tuple[str, str], StoredCollection] = {}
        self.forget()

    def forget(self) -> None:
        """Forget what was read."""
        self._namespaces.clear()
        self._tables.clear()
        self._collections.clear()

    def names(self) -> list[str]:
        """Return the names of the namespaces."""
        rows = self._connection.rows("SELECT name FROM namespaces ORDER BY name")
        return [as_text(name) for (name,) in rows]

    def of_namespace(self, namespace: str) -> list[TableName]:
        """Return the tables of a namespace."""
        rows = self._connection.rows(
            "SELECT collections.api, tables.tenant, collections.name FROM namespaces"
            " JOIN tables ON tables.namespace = namespaces.id"
            " JOIN collections ON collections.id = tables.collection"
            " WHERE namespaces.name = ? ORDER BY tables.id",
            (as_bytes(namespace),),
        )
        return [TableName(*map(as_text, row)) for row in rows]

    def namespace(self, name: str) -> int | None:
        """Return the id of a namespace, if it has something."""
        known = self._namespaces.get(name)
        if known is None:
            found = self._connection.row(
                "SELECT id FROM namespaces WHERE name = ?", (as_bytes(name),)
            )
            if found is None:
                return None
            self._limit(self._namespaces)
            known = self._namespaces[name] = found[0]
        return known

    def new_namespace(self, name: str) -> int:
        """Return the id of a namespace, which is made if it does not exist."""
        known = self.namespace(name)
        if known is None:
            sql = "INSERT INTO namespaces (name) VALUES (?)"
            known = self._namespaces[name] = self._connection.insert(sql, (as_bytes(name),))
        return known

    def table(self, namespace: str, name: TableName) -> Table | None:
        """Return a table, if it has records or has had some."""
        known = self._tables.get((namespace, name))
        if known is not None:
            return known
        owner = self.namespace(namespace)
        collection = self.collections().get((name.api, name.collection))
        if owner is None or collection is None:
            return None
        found = self._connection.row(
            "SELECT id FROM tables WHERE namespace = ? AND collection = ? AND tenant = ?",
            (owner, collection.id, as_bytes(name.tenant)),
        )
        if found is None:
            return None
        self._limit(self._tables)
        self._tables[namespace, name] = known = Table(found[0], collection.numbers)
        return known

    def new_table(self, namespace: str, name: TableName) -> Table:
        """Return a table, which is made if it does not exist."""
        known = self.table(namespace, name)
        if known is None:
            collection = self._new_collection(name.api, name.collection)
            identifier = self._connection.insert(
                "INSERT INTO tables (namespace, collection, tenant) VALUES (?, ?, ?)",
                (self.new_namespace(namespace), collection.id, as_bytes(name.tenant)),
            )
            known = self._tables[namespace, name] = Table(identifier, collection.numbers)
        return known

    def collections(self) -> dict[tuple[str, str], StoredCollection]:
        """Return all collections by API and name; there are only a few."""
        if not self._collections:
            rows = self._connection.rows("SELECT api, name, id, indexes FROM collections")
            for api, name, identifier, indexes in rows:
                numbers = {index: n for n, index in enumerate(msgspec.json.decode(indexes))}
                stored = StoredCollection(identifier, numbers)
                self._collections[as_text(api), as_text(name)] = stored
        return self._collections

    def _new_collection(self, api: str, name: str) -> StoredCollection:
        known = self.collections().get((api, name))
        if known is None:
            sql = "INSERT INTO collections (api, name, indexes) VALUES (?, ?, '[]')"
            identifier = self._connection.insert(sql, (as_bytes(api), as_bytes(name)))
            known = self._collections[api, name] = StoredCollection(identifier, {})
        return known

    def new_index(self, table: Table, index: str) -> int:
        """Return the number of an index of a table's collection, which has had none so far."""
        number = table.numbers[index] = len(table.numbers)
        self._connection.run(
            "UPDATE collections SET indexes = ?"
            " WHERE id = (SELECT collection FROM tables WHERE id = ?)",
            (msgspec.json.encode(list(table.numbers)), table.id),
        )
        return number

    def of_owner(self, namespace_id: int) -> list[int]:
        """Return the ids of all tables of a namespace."""
        sql = "SELECT id FROM tables WHERE namespace = ?"
        return [identifier for (identifier,) in self._connection.rows(sql, (namespace_id,))]

    def drop(self, namespace_id: int) -> None:
        """Remove a namespace and its tables, which must be empty, in a transaction."""
        self._connection.run("DELETE FROM tables WHERE namespace = ?", (namespace_id,))
        self._connection.run("DELETE FROM namespaces WHERE id = ?", (namespace_id,))
        self.forget()

    def of_collection(self, collection: StoredCollection) -> list[int]:
        """Return the ids of all tables of a collection."""
        sql = "SELECT id FROM tables WHERE collection = ?"
        return [identifier for (identifier,) in self._connection.rows(sql, (collection.id,))]

    def set_indexes(self, collection: StoredCollection, names: list[str]) -> None:
        """Set the indexes of a collection; their places must be written anew."""
        sql = "UPDATE collections SET indexes = ? WHERE id = ?"
        self._connection.run(sql, (msgspec.json.encode(names), collection.id))
        self.forget()

    def _limit(self, remembered: dict[Any, Any]) -> None:
        if len(remembered) >= _MOST:
            remembered.clear()
