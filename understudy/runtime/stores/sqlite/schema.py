"""The tables of the file, and how it is opened: checked, locked, and made if it does not exist.

Texts are kept as bytes (see `as_bytes`). `collections.indexes` has the names of the indexes of a
collection as a JSON array; the number of an index is its place in it. `records.places` has the
places of a record, so that they are known when it changes (see `records.py`).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress

from understudy.errors import UsageError

#: What marks a file as ours: "USTD".
APPLICATION_ID = 0x55535444
VERSION = 1

#: AUTOINCREMENT: no position, and no number of an exchange, is given twice, even after the newest
#: one was deleted. `places` is what its primary key is, so it needs no rows beside it.
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE,
    seen INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE collections (
    id INTEGER PRIMARY KEY, api BLOB NOT NULL, name BLOB NOT NULL, indexes BLOB NOT NULL,
    UNIQUE (api, name)
);
CREATE TABLE tables (
    id INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, collection INTEGER NOT NULL,
    tenant BLOB NOT NULL, UNIQUE (namespace, collection, tenant)
);
CREATE TABLE records (
    position INTEGER PRIMARY KEY AUTOINCREMENT, table_id INTEGER NOT NULL, key BLOB NOT NULL,
    places BLOB NOT NULL, encoded BLOB NOT NULL
);
CREATE UNIQUE INDEX records_by_key ON records (table_id, key);
CREATE TABLE places (
    table_id INTEGER NOT NULL, number INTEGER NOT NULL, group_key BLOB NOT NULL,
    order_key BLOB NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (table_id, number, group_key, order_key, position)
) WITHOUT ROWID;
CREATE TABLE counters (
    namespace INTEGER NOT NULL, name BLOB NOT NULL, value INTEGER NOT NULL, began INTEGER,
    UNIQUE (namespace, name)
);
CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, namespace INTEGER NOT NULL, encoded BLOB NOT NULL
);
CREATE INDEX exchanges_by_namespace ON exchanges (namespace);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
COMMIT;
"""

#: The lock keeps other processes out, and SQLite needs no memory that is shared with them. The page
#: cache is 8 MB; after as many pages, the log goes back into the file, which takes two fsyncs.
_SETTINGS = (
    "PRAGMA cache_size = -8000",
    "PRAGMA mmap_size = 0",
    "PRAGMA secure_delete = OFF",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 16000000",
    "PRAGMA synchronous = NORMAL",
)

#: What to tell people about an error of SQLite, by its name.
_REASONS = {
    "SQLITE_BUSY": "is in use by another process; stop that one, or give another file",
    "SQLITE_NOTADB": "is not an SQLite database; give another file",
    "SQLITE_CORRUPT": "is damaged; restore it from a copy, or give another file",
    "SQLITE_READONLY": "cannot be written; change its permissions, or give another file",
    "SQLITE_CANTOPEN": "cannot be opened; look at its permissions, or give another file",
    "SQLITE_PERM": "cannot be opened; look at its permissions, or give another file",
}


def as_bytes(text: str) -> bytes:
    """Return a text for the file; unlike SQLite's own texts it may have any code points."""
    return text.encode(errors="surrogatepass")


def as_text(encoded: bytes) -> str:
    """Return the text that `as_bytes` made bytes of."""
    return encoded.decode(errors="surrogatepass")


def connect(path: str, wait: float) -> sqlite3.Connection:
    """Open the file `path`, which is made if it does not exist, and lock it.

    Waits for another process that has it for `wait` seconds. Raises UsageError.
    """
    full_path = os.path.abspath(path)  # SQLite gives "file:..." and ":memory:" another meaning
    _require_place(path, full_path)
    try:
        connection = sqlite3.connect(
            full_path,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise UsageError(f"{path} {_reason(error)}") from error
    try:
        _prepare(connection, path)
    except BaseException as error:
        with suppress(sqlite3.Error):
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise UsageError(f"{path} {_reason(error)}") from error
        raise
    return connection


def _require_place(path: str, full_path: str) -> None:
    """Raise UsageError if there can be no file at this place, or it cannot be written."""
    if "\0" in path:
        raise UsageError(f"{path!r} has a null character; give the name of a file")
    directory = os.path.dirname(full_path)
    if os.path.isdir(full_path):
        raise UsageError(f"{path} is a directory; give the name of a file in it")
    if not os.path.isdir(directory):
        raise UsageError(f"{path}: its directory does not exist; create the directory first")
    if not os.access(directory, os.W_OK | os.X_OK):
        raise UsageError(
            f"{path}: files cannot be created in its directory; change the directory's "
            "permissions, or give another one"
        )
    if os.path.exists(full_path) and not os.access(full_path, os.R_OK | os.W_OK):
        raise UsageError(f"{path} {_REASONS['SQLITE_READONLY']}")


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    """Lock the file, check that it is ours or empty, and make the tables if they are missing."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    is_empty = (application, version, tables) == (0, 0, 0)
    if application != APPLICATION_ID and not is_empty:
        raise UsageError(f"{path} belongs to another application; give another file")
    if version > VERSION:
        raise UsageError(
            f"{path} was written by a newer version of Understudy; install that one, "
            "or give another file"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    for setting in _SETTINGS:
        connection.execute(setting)
    if is_empty:
        connection.executescript(_SCHEMA)
    connection.execute("BEGIN IMMEDIATE")  # fails now, not later, if the file cannot be written
    connection.execute("ROLLBACK")


def _reason(error: sqlite3.Error) -> str:
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])  # SQLITE_BUSY_RECOVERY
    return _REASONS.get(name, f"cannot be used: {error}")
