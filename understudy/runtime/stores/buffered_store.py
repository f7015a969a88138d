"""The store of a tenant during a request, with a database: it reads what was committed, and keeps
what is written until the request ends."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

from understudy.runtime.counters import Counters
from understudy.runtime.stores.buffered_table import BufferedTable
from understudy.runtime.stores.database import Changes, Session, TableName
from understudy.runtime.stores.store import Collection, Index, Record


class BufferedStore:
    """The records of one tenant of one API in one session; see `Store`."""

    def __init__(self, session: Session, counters: Counters, api: str, tenant: str) -> None:
        self._session = session
        self._counters = counters
        self._api = api
        self._tenant = tenant
        self._tables: dict[str, BufferedTable] = {}
        #: The committed tables that lose all their records.
        self._dropped: dict[str, TableName] = {}

    def _table(self, collection: Collection) -> BufferedTable:
        table = self._tables.get(collection.name)
        if table is None:
            name = TableName(self._api, self._tenant, collection.name)
            is_empty = collection.name in self._dropped
            table = BufferedTable(collection, name, None if is_empty else self._session)
            self._tables[collection.name] = table
        return table

    def get(self, collection: Collection, key: str) -> Record | None:
        """See `Store`."""
        return self._table(collection).get(key)

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """See `Store`."""
        self._table(collection).put(key, record)

    def delete(self, collection: Collection, key: str) -> bool:
        """See `Store`."""
        table = self._table(collection)
        if table.get(key) is None:
            return False
        table.pending[key] = None
        return True

    def position(self, collection: Collection, key: str) -> int | None:
        """See `Store`."""
        table = self._table(collection)
        return table.position(key) if table.get(key) is not None else None

    def serial(self, collection: Collection) -> int:
        """See `Store`."""
        return self._counters.add(self._serial_name(collection.name))

    def _serial_name(self, collection: str) -> str:
        return f"serial\n{self._api}\n{self._tenant}\n{collection}"

    def count(self, collection: Collection, index: Index, group: Any = None) -> int:
        """See `Store`."""
        return self._table(collection).count(index, group)

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
    ) -> builtins.list[Record]:
        """See `Store`."""
        table = self._table(collection)
        return table.page(index, group, descending, offset, limit, above, below)

    def commit(self) -> None:
        """Keep the writes for the commit of the request. Raises TypeError for a record that is not
        JSON, or whose fields an index cannot sort by."""
        for table in self._tables.values():
            if table.pending:
                table.keep()

    def rollback(self) -> None:
        """See `Store`."""
        for table in self._tables.values():
            table.forget_pending()

    def drop(self) -> None:
        """Remove all records."""
        self._tables.clear()
        for name in self._committed_tables():
            self._dropped[name.collection] = name
            self._counters.set(self._serial_name(name.collection), None)

    def _committed_tables(self) -> builtins.list[TableName]:
        tables = self._session.tables()
        return [name for name in tables if name[:2] == (self._api, self._tenant)]

    def dump(self) -> dict[str, Any]:
        """See `Store`."""
        committed = {
            name.collection: name
            for name in self._committed_tables()
            if name.collection not in self._dropped
        }
        dumped = {}
        for name in sorted({*committed, *self._tables}):
            table = self._tables.get(name)
            if table is None:
                table = BufferedTable(Collection(name), committed[name], self._session)
            records = table.all()
            serial = self._counters.get(self._serial_name(name))
            if records or serial:
                dumped[name] = {"serial": serial, "records": records}
        return dumped

    def size(self) -> int:
        """See `Store`."""
        return sum(len(content["records"]) for content in self.dump().values())

    def load(self, dumped: Mapping[Collection, Mapping[str, Any]]) -> None:
        """See `Store`."""
        self.drop()
        for collection, content in dumped.items():
            table = self._table(collection)
            table.pending.update(content["records"])
            table.keep()
            self._counters.set(self._serial_name(collection.name), content.get("serial", 0) or None)

    def add_to(self, changes: Changes) -> None:
        """Add what was kept to the changes of the request."""
        changes.dropped += self._dropped.values()
        for table in self._tables.values():
            for key, kept in table.kept.items():
                changes.writes[table.name, key] = kept.write
