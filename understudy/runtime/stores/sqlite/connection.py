"""The connection to the file: statements, transactions, and what becomes of SQLite's errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.sqlite.schema import connect

_sync = getattr(os, "fdatasync", os.fsync)

#: The values of a statement's parameters.
Values = Sequence[Any]


class Connection:
    """A connection to a locked file. Every method may raise StoreUnavailable.

    A committed transaction outlives the process; `sync` makes all of them outlive a loss of power,
    too.
    """

    __slots__ = ("_connection", "_disk_failure", "_lock", "_log", "path")

    def __init__(self, path: str, wait: float) -> None:
        """Open a file (see `schema.connect`). Raises UsageError."""
        self.path = path
        self._connection = connect(path, wait)
        # SQLite has no locks on its log, so that another descriptor of it does no harm.
        self._log: int | None = os.open(f"{os.path.abspath(path)}-wal", os.O_RDWR)
        self._lock = Lock()
        self._disk_failure = ""

    def rows(self, sql: str, values: Values = ()) -> list[Any]:
        """Return what a query finds."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def row(self, sql: str, values: Values = ()) -> Any:
        """Return the first row that a query finds, or None."""
        try:
            return self._connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def insert(self, sql: str, values: Values) -> int:
        """Insert a row; return its row id."""
        try:
            return self._connection.execute(sql, values).lastrowid or 0
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def run(self, sql: str, values: Values = ()) -> int:
        """Run a statement; return the number of rows that it has changed."""
        try:
            return self._connection.execute(sql, values).rowcount
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def run_many(self, sql: str, values: Iterable[Values]) -> None:
        """Run a statement for each of the values."""
        try:
            self._connection.executemany(sql, values)
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    @property
    def in_transaction(self) -> bool:
        """Return whether a transaction is open; some errors end it."""
        return self._connection.in_transaction

    def begin(self) -> None:
        """Begin a transaction."""
        self.check_disk()
        self.run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit the transaction."""
        self.run("COMMIT")

    def sync(self) -> None:
        """Make all that was committed lasting, even if the machine loses its power; for any thread.

        If that fails, nobody knows what is lasting, and a second try may succeed without having
        written anything; so `check_disk` fails from now on.
        """
        with self._lock:
            if self._log is None:  # to close the file has made all lasting
                return
            try:
                _sync(self._log)
            except OSError as error:
                name = os.path.basename(self.path)
                self._disk_failure = f"the disk of {name} failed, start again: {error.strerror}"
                self.check_disk()

    def check_disk(self) -> None:
        """Raise StoreUnavailable if the disk has failed."""
        if self._disk_failure:
            raise StoreUnavailable(self._disk_failure)

    def rollback(self) -> None:
        """Roll the transaction back."""
        with suppress(sqlite3.Error):  # SQLite has rolled some back itself
            self._connection.execute("ROLLBACK")

    def nested(self, work: Callable[[], None]) -> None:
        """Do some work in the open transaction; undo only that if anything is raised."""
        self.run("SAVEPOINT nested")
        try:
            work()
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK TO nested")
                self._connection.execute("RELEASE nested")
            raise
        self.run("RELEASE nested")

    def close(self) -> None:
        """Close the file, and unlock it."""
        with self._lock:
            if self._log is not None:
                os.close(self._log)
                self._log = None
        try:
            self._connection.close()
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: sqlite3.Error) -> StoreUnavailable:
        # Clients see this sentence: they need not know in which directory the file is.
        return StoreUnavailable(f"the database {os.path.basename(self.path)} failed: {error}")
