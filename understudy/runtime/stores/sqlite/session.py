"""A session of the SQLite database: what one request reads and commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from understudy.runtime.rate_limit import Window
from understudy.runtime.stores.database import (
    Changes,
    JournalSize,
    NumberedBytes,
    Page,
    StoredRecord,
    TableName,
)
from understudy.runtime.stores.errors import Conflict

if TYPE_CHECKING:
    from understudy.runtime.stores.sqlite.database import SQLiteDatabase


class SQLiteSession:
    """See `Session`. If a request does not pause between its first read and its commit, there is
    never a conflict; else any commit of another one in between is one."""

    __slots__ = ("_database", "_namespace", "_version", "reads")

    def __init__(self, database: SQLiteDatabase, namespace: str) -> None:
        self._database = database
        self._namespace = namespace
        self._version: int | None = None
        self.reads: Any = None

    def get(self, table: TableName, key: str) -> StoredRecord | None:
        """See `Session`."""
        self._note_version()
        found = self._database.tables.table(self._namespace, table)
        return None if found is None else self._database.records.get(found, key)

    def get_as_known(
        self, table: TableName, key: str, known: StoredRecord | None
    ) -> StoredRecord | None:
        """See `Session`; a look costs next to nothing."""
        return self.get(table, key)

    def page(self, table: TableName, page: Page) -> Sequence[tuple[str, StoredRecord]]:
        """See `Session`; what the offset skips takes about 0.1 s a million records."""
        self._note_version()
        found = self._database.tables.table(self._namespace, table)
        return [] if found is None else self._database.records.page(found, page)

    def count(self, table: TableName, index: str, group: bytes) -> int:
        """See `Session`; the first count of a large group takes about 0.1 s a million records."""
        self._note_version()
        found = self._database.tables.table(self._namespace, table)
        return 0 if found is None else self._database.records.count(found, index, group)

    def tables(self) -> Sequence[TableName]:
        """See `Session`."""
        self._note_version()
        return self._database.tables.of_namespace(self._namespace)

    def all(self, table: TableName) -> Sequence[tuple[str, StoredRecord]]:
        """See `Session`."""
        self._note_version()
        found = self._database.tables.table(self._namespace, table)
        return [] if found is None else self._database.records.all(found)

    def add(self, counter: str, amount: int = 1) -> int:
        """See `Session`; written by the next commit at the latest."""
        return self._database.counters.add(self._namespace, counter, amount)

    def counter(self, counter: str) -> int:
        """See `Session`."""
        return self._database.counters.value(self._namespace, counter)

    def count_in_window(self, counter: str, now: int, length: int) -> Window:
        """See `Session`; written by one of the next commits, within about a second."""
        return self._database.counters.count_in_window(self._namespace, counter, now, length)

    def exchanges(self, limit: int | None = None, after: int = 0) -> Sequence[NumberedBytes]:
        """See `Session`."""
        self._database.flush()  # exchanges that wait have no numbers yet
        owner = self._database.tables.namespace(self._namespace)
        return [] if owner is None else self._database.journal.newest(owner, limit, after)

    def journal_size(self) -> JournalSize:
        """See `Session`."""
        self._database.flush()
        owner = self._database.tables.namespace(self._namespace)
        return JournalSize(0, 0) if owner is None else self._database.journal.size(owner)

    def commit(self, changes: Changes) -> None:
        """See `Session`."""
        if self._version not in (None, self._database.version):
            raise Conflict
        self._database.commit(self._namespace, changes)

    def close(self) -> None:
        """See `Session`; there is nothing to do."""

    def _note_version(self) -> None:
        if self._version is None:
            self._version = self._database.version
