"""Writing the changes of a session into the file."""

from __future__ import annotations

from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.sqlite.counters import Counters
from understudy.runtime.stores.sqlite.journal import Journal
from understudy.runtime.stores.sqlite.records.records import Records
from understudy.runtime.stores.sqlite.tables import Tables


class ChangesWriter:
    """Writes changes, in a transaction, in the order that `Changes` promises; exchanges are kept
    for the end of the transaction."""

    __slots__ = ("_counters", "_journal", "_records", "_tables")

    def __init__(
        self, tables: Tables, records: Records, counters: Counters, journal: Journal
    ) -> None:
        self._tables = tables
        self._records = records
        self._counters = counters
        self._journal = journal

    def write(self, namespace: str, changes: Changes) -> None:
        """Write all changes but the exchanges."""
        for name in changes.dropped:
            self._clear(namespace, name)
        for (name, key), write in changes.writes.items():
            self._write(namespace, name, key, write)
        if changes.counters or changes.clear_counters:
            self._set_counters(namespace, changes)
        if changes.clear_journal:
            owner = self._tables.namespace(namespace)
            if owner is not None:
                self._journal.clear(owner)

    def drop(self, namespace_id: int) -> None:
        """Remove everything of a namespace, in a transaction."""
        for table_id in self._tables.of_owner(namespace_id):
            self._records.clear(table_id)
        self._counters.clear(namespace_id)
        self._journal.clear(namespace_id)
        self._tables.drop(namespace_id)

    def _clear(self, namespace: str, name: TableName) -> None:
        table = self._tables.table(namespace, name)
        if table is not None:
            self._records.clear(table.id)

    def _write(self, namespace: str, name: TableName, key: str, write: Write) -> None:
        if write.encoded is not None:
            table = self._tables.new_table(namespace, name)
            if write.renew:
                self._records.delete(table, key)
            self._records.put(table, key, write.encoded, write.places)
            return
        known = self._tables.table(namespace, name)
        if known is not None:
            self._records.delete(known, key)

    def _set_counters(self, namespace: str, changes: Changes) -> None:
        owner = self._tables.new_namespace(namespace)
        if changes.clear_counters:
            self._counters.clear(owner)
        for name, value in changes.counters.items():
            self._counters.put(owner, name, value)
