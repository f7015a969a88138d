"""The connection to the file: statements, transactions, and what becomes of SQLite's errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from understudy.runtime.stores.database import StoreUnavailable
from understudy.runtime.stores.sqlite.schema import connect

#: The values of a statement's parameters.
Values = Sequence[Any]


class Connection:
    """A connection to a locked file. Every method may raise StoreUnavailable.

    A transaction is lasting once it is done, even if the machine loses its power; or else only if
    the process is killed, which takes no fsync. A later lasting one makes it lasting, too.
    """

    __slots__ = ("_connection", "_is_lasting", "path")

    def __init__(self, path: str, wait: float) -> None:
        """Open a file (see `schema.connect`). Raises UsageError."""
        self.path = path
        self._connection = connect(path, wait)
        self._is_lasting = True

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

    def begin(self, is_lasting: bool = True) -> None:
        """Begin a transaction."""
        if is_lasting is not self._is_lasting:
            self.run(f"PRAGMA synchronous = {'FULL' if is_lasting else 'NORMAL'}")
            self._is_lasting = is_lasting
        self.run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit the transaction."""
        self.run("COMMIT")

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
        try:
            self._connection.close()
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: sqlite3.Error) -> StoreUnavailable:
        # Clients see this sentence: they need not know in which directory the file is.
        return StoreUnavailable(f"the database {os.path.basename(self.path)} failed: {error}")
