"""The database of one process, in a file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from understudy.runtime.stores.database import Changes, StoreUnavailable, TableName, Write
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.counters import Counters
from understudy.runtime.stores.sqlite.indexing import outdated_collections, reindex
from understudy.runtime.stores.sqlite.journal import Journal
from understudy.runtime.stores.sqlite.records import Records
from understudy.runtime.stores.sqlite.session import SQLiteSession
from understudy.runtime.stores.sqlite.tables import Tables
from understudy.runtime.stores.store import Index

#: For how many seconds `open` waits for a process that is about to end.
_WAIT = 2.0

#: How many counters may wait to be written.
_MOST_COUNTERS = 1000


class SQLiteDatabase:
    """See `Database`. The file is made if it does not exist, and locked.

    A commit is lasting when it returns, even if the machine loses its power. One that changes only
    the journal is not written at once; those of up to about a second are lost if the process is
    killed, and nothing else is. Calls must come one after the other.
    """

    is_shared = False
    round_trip = 0.0

    def __init__(
        self,
        path: str,
        most_exchanges: int = 1000,
        most_bytes: int = 16_000_000,
        wait: float = _WAIT,
    ) -> None:
        """Describe the database in the file `path`; a journal has at most so many exchanges, and
        bytes of them. `open` waits for another process for `wait` seconds."""
        self._path = path
        self._limits = most_exchanges, most_bytes
        self._wait = wait
        self.warnings: list[str] = []
        self._receivers: list[Callable[[str, bytes], None]] = []
        #: How many commits there were that others may conflict with.
        self.version = 0

    def open(self) -> None:
        """See `Database`."""
        self.connection = Connection(self._path, self._wait)
        self.tables = Tables(self.connection)
        self.records = Records(self.connection, self.tables)
        self.counters = Counters(self.connection, self.tables)
        self.journal = Journal(self.connection, self.tables, *self._limits)

    def reindex(self, indexes: Mapping[tuple[str, str], tuple[Index, ...]]) -> None:
        """Index the records anew of those collections, by API and name, whose indexes are others
        than those that the file has. Raises UsageError if a record has no place in one."""
        outdated = outdated_collections(self.tables, indexes)
        if outdated:
            self._transaction(lambda: reindex(self.connection, self.tables, self.records, outdated))

    def session(self, namespace: str, reads: Any = None) -> SQLiteSession:
        """See `Database`."""
        return SQLiteSession(self, namespace)

    def names(self) -> list[str]:
        """See `Database`."""
        self.flush()
        return self.tables.names()

    def drop(self, namespace: str) -> bool:
        """See `Database`."""
        self.flush()
        owner = self.tables.namespace(namespace)
        if owner is None:
            return False
        self._transaction(lambda: self._drop(owner))
        self.version += 1
        return True

    def last_exchange(self) -> int:
        """See `Database`."""
        self.flush()
        return self.journal.last()

    def time_ns(self) -> int:
        """See `Database`."""
        return time.time_ns()

    def check(self) -> None:
        """See `Database`; also raises if somebody has removed the file."""
        self.connection.row("SELECT id FROM namespaces LIMIT 1")
        if not os.path.exists(self._path):
            raise StoreUnavailable(f"the file {os.path.basename(self._path)} was removed")

    def subscribe(self, receive: Callable[[str, bytes], None]) -> None:
        """See `Database`."""
        self._receivers.append(receive)

    def commit(self, namespace: str, changes: Changes) -> None:
        """Write the changes of a session."""
        if changes.has_records or changes.clear_journal or self._is_due:
            self._transaction(lambda: self._apply(namespace, changes), changes.has_records)
            self.version += changes.has_records
        else:
            self.journal.keep(namespace, changes.exchanges)
        for message in changes.messages:
            for receive in self._receivers:
                receive(namespace, message)

    def flush(self) -> None:
        """Write what waits in memory, so that it is not lost if the process is killed."""
        if self.journal or self.counters:
            self._transaction(lambda: None, is_lasting=False)

    def close(self) -> None:
        """See `Database`."""
        try:
            self.flush()
        finally:
            self.connection.close()

    @property
    def _is_due(self) -> bool:
        """Whether the next commit must be written, whatever it changes."""
        counters = self.counters
        return counters.has_new_numbers or len(counters) > _MOST_COUNTERS or self.journal.is_due

    def _transaction(self, work: Callable[[], None], is_lasting: bool = True) -> None:
        """Write what waits in memory, and do some work, as one transaction."""

        def everything() -> None:
            self.counters.write()
            self.journal.write()
            work()

        try:
            self.connection.transaction(everything, is_lasting)
        except BaseException:
            self.tables.forget()
            self.records.forget()
            raise
        self.counters.written()
        self.journal.written()

    def _apply(self, namespace: str, changes: Changes) -> None:
        """Write changes, in a transaction, in the order that `Changes` promises."""
        for name in changes.dropped:
            self._clear(namespace, name)
        for (name, key), write in changes.writes.items():
            self._write(namespace, name, key, write)
        if changes.counters or changes.clear_counters:
            self._set_counters(namespace, changes)
        if changes.clear_journal:
            owner = self.tables.namespace(namespace)
            if owner is not None:
                self.journal.clear(owner)
        if changes.exchanges:
            self.journal.add([(namespace, encoded) for encoded in changes.exchanges])

    def _clear(self, namespace: str, name: TableName) -> None:
        table = self.tables.table(namespace, name)
        if table is not None:
            self.records.clear(table.id)

    def _write(self, namespace: str, name: TableName, key: str, write: Write) -> None:
        if write.encoded is not None:
            table = self.tables.new_table(namespace, name)
            if write.renew:
                self.records.delete(table, key)
            self.records.put(table, key, write.encoded, write.places)
            return
        known = self.tables.table(namespace, name)
        if known is not None:
            self.records.delete(known, key)

    def _set_counters(self, namespace: str, changes: Changes) -> None:
        owner = self.tables.new_namespace(namespace)
        if changes.clear_counters:
            self.counters.clear(owner)
        for name, value in changes.counters.items():
            self.counters.put(owner, name, value)

    def _drop(self, namespace_id: int) -> None:
        """Remove everything of a namespace, in a transaction."""
        for table_id in self.tables.of_owner(namespace_id):
            self.records.clear(table_id)
        self.counters.clear(namespace_id)
        self.journal.clear(namespace_id)
        self.tables.drop(namespace_id)
