"""The database of one process, in a file."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from understudy.runtime.stores.database import Changes
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.sqlite.changes import ChangesWriter
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.counters import Counters
from understudy.runtime.stores.sqlite.group import Group, running_loop
from understudy.runtime.stores.sqlite.journal import Journal
from understudy.runtime.stores.sqlite.records.indexing import outdated_collections, reindex
from understudy.runtime.stores.sqlite.records.records import Records
from understudy.runtime.stores.sqlite.session import SQLiteSession
from understudy.runtime.stores.sqlite.tables import Tables
from understudy.runtime.stores.store import Index

#: For how many seconds `open` waits for a process that is about to end.
_WAIT = 2.0

#: How many counters may wait to be written.
_MOST_COUNTERS = 1000


class SQLiteDatabase:
    """See `Database`. The file is made if it does not exist, and locked.

    The commits of one turn of the event loop become lasting together in the next (see `settle`),
    even if the machine loses its power; without an event loop, each does when it returns. One that
    changes only the journal is not written at once; those of up to about a second are lost if the
    process is killed, and nothing else is. Calls must come one after the other.
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
        self._group: Group | None = None
        self._syncing: Group | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """See `Database`."""
        self.connection = Connection(self._path, self._wait)
        self.tables = Tables(self.connection)
        self.records = Records(self.connection, self.tables)
        self.counters = Counters(self.connection, self.tables)
        self.journal = Journal(self.connection, self.tables, *self._limits)
        self._writer = ChangesWriter(self.tables, self.records, self.counters, self.journal)

    def reindex(self, indexes: Mapping[tuple[str, str], tuple[Index, ...]]) -> None:
        """Index the records anew of those collections, by API and name, whose indexes are others
        than those that the file has. Raises UsageError if a record has no place in one."""
        self.flush()
        outdated = outdated_collections(self.tables, indexes)
        if outdated:
            self._transaction(lambda: reindex(self.connection, self.tables, self.records, outdated))

    def session(self, namespace: str, reads: Any = None) -> SQLiteSession:
        """See `Database`."""
        self.connection.check_disk()
        return SQLiteSession(self, namespace)

    def names(self) -> list[str]:
        """See `Database`."""
        self.flush()
        return self.tables.names()

    def drop(self, namespace: str, message: bytes = b"") -> bool:
        """See `Database`."""
        self.flush()
        owner = self.tables.namespace(namespace)
        if owner is None:
            return False
        self._transaction(lambda: self._writer.drop(owner))
        self.version += 1
        if message:
            self._send([(namespace, message)])
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
        self.connection.check_disk()
        self.connection.row("SELECT id FROM namespaces LIMIT 1")
        if not os.path.exists(self._path):
            raise StoreUnavailable(f"the file {os.path.basename(self._path)} was removed")

    def subscribe(self, receive: Callable[[str, bytes], None]) -> None:
        """See `Database`."""
        self._receivers.append(receive)

    def commit(self, namespace: str, changes: Changes) -> None:
        """Write the changes of a session; see `settle` for when that is lasting."""
        if changes.is_plain:
            self._commit_in_group(namespace, changes)
        elif changes.has_records or changes.clear_journal:
            self._commit_alone(namespace, changes)
        else:
            self._keep(namespace, changes)

    def settle(self) -> asyncio.Future[None] | None:
        """See `Database`: what one turn of the event loop has committed is lasting in the next."""
        self._enter_loop()
        group = self._group or self._syncing
        return None if group is None else group.wait()

    def flush(self) -> None:
        """Write what waits in memory, so that it is not lost if the process is killed."""
        self._end_group()
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
        """Whether what waits must be written now, whatever the next commit changes."""
        counters = self.counters
        return counters.has_new_numbers or len(counters) > _MOST_COUNTERS or self.journal.is_due

    def _commit_in_group(self, namespace: str, changes: Changes) -> None:
        """Write records; the COMMIT comes in the next turn of the event loop, or now without one.
        One that fails before the COMMIT leaves nothing, and does not harm the others."""
        self._enter_loop()
        group = self._group or self._new_group()
        try:
            self.connection.nested(lambda: self._writer.write(namespace, changes))
        except BaseException as error:
            self._forget()
            if not self.connection.in_transaction:  # SQLite has rolled all back
                self._fail_group(error)
            raise
        self.version += 1
        self.journal.keep(namespace, changes.exchanges)
        group.messages += [(namespace, message) for message in changes.messages]
        if self._loop is None:
            self._end_group()

    def _enter_loop(self) -> None:
        """Note the event loop that runs now, if one does; what another one has left is ended."""
        loop = running_loop()
        if loop is not self._loop:
            self._end_group()
            self._loop, self._syncing = loop, None

    def _new_group(self) -> Group:
        self.connection.begin()
        self.journal.mark()
        group = self._group = Group(self._loop)
        group.call_in_next_turn(self._end_soon)
        return group

    def _end_soon(self, group: Group) -> None:
        """End a group, if it is open; the event loop does not wait for the disk. While an earlier
        group does, this one takes in more."""
        if group is not self._group or self._syncing is not None:
            return
        with suppress(StoreUnavailable):  # those who wait are told
            self._commit_group(group)
            self._syncing = group
            group.call_in_thread(self.connection.sync, self._synced)

    def _synced(self, group: Group, error: BaseException | None) -> None:
        self._syncing = None
        self._finish(group, error)
        if self._group is not None:
            self._end_soon(self._group)

    def _finish(self, group: Group, error: BaseException | None) -> None:
        """Tell those who wait for a committed group that it is lasting, or that nobody knows."""
        if error is None:
            self._send(group.messages)
            group.succeed()
        else:
            group.fail(error)

    def _end_group(self) -> None:
        """Make the open group lasting, if there is one."""
        group = self._group
        if group is None:
            return
        self._commit_group(group)
        try:
            self.connection.sync()
        except StoreUnavailable as error:
            self._finish(group, error)
            raise
        self._finish(group, None)

    def _commit_group(self, group: Group) -> None:
        """Commit the open group; if that fails, nothing of it is kept."""
        try:
            self._write_waiting()
            self.connection.commit()
        except BaseException as error:
            self._fail_group(error)
            raise
        self._group = None
        self._written()

    def _fail_group(self, error: BaseException) -> None:
        """Roll the open group back, and tell those who wait."""
        group, self._group = self._group, None
        assert group is not None
        self.connection.rollback()
        self._forget()
        self.journal.return_to_mark()
        self.version += 1  # whoever has read something of the group must not commit
        group.fail(error)

    def _commit_alone(self, namespace: str, changes: Changes) -> None:
        """Write changes of another kind, such as a reset, as a transaction of their own."""

        def write() -> None:
            self._writer.write(namespace, changes)
            self.journal.add([(namespace, encoded) for encoded in changes.exchanges])

        self._end_group()
        self._transaction(write, changes.has_records)
        self.version += changes.has_records
        self._send([(namespace, message) for message in changes.messages])

    def _keep(self, namespace: str, changes: Changes) -> None:
        """Keep exchanges of a commit without other changes; an open group writes them, too."""
        self.journal.keep(namespace, changes.exchanges)
        messages = [(namespace, message) for message in changes.messages]
        if self._group is not None:
            self._group.messages += messages
            return
        if self._is_due:
            self._transaction(lambda: None, is_lasting=False)
        self._send(messages)

    def _transaction(self, work: Callable[[], None], is_lasting: bool = True) -> None:
        """Write what waits in memory, and do some work, as one transaction."""
        self.connection.begin()
        try:
            self._write_waiting()
            work()
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            self._forget()
            raise
        self._written()
        if is_lasting:
            self.connection.sync()

    def _write_waiting(self) -> None:
        """Write what waits in memory, in a transaction; call `_written` when it is done."""
        self.counters.write()
        self.journal.write()

    def _written(self) -> None:
        self.counters.written()
        self.journal.written()

    def _forget(self) -> None:
        """Forget what is remembered of the file, because something was rolled back."""
        self.tables.forget()
        self.records.forget()

    def _send(self, messages: Iterable[tuple[str, bytes]]) -> None:
        for namespace, message in messages:
            for receive in self._receivers:
                receive(namespace, message)
