"""The SQLite database as a killed process leaves it."""

from __future__ import annotations

from pathlib import Path

from understudy.runtime.stores.sqlite.database import SQLiteDatabase


def copy(directory: Path) -> SQLiteDatabase:
    """Return the database in `state.db` as it would be if its process were killed now."""
    (directory / "copy").mkdir(exist_ok=True)
    for suffix in ("", "-wal"):
        content = (directory / f"state.db{suffix}").read_bytes()
        (directory / "copy" / f"state.db{suffix}").write_bytes(content)
    database = SQLiteDatabase(str(directory / "copy" / "state.db"), wait=0)
    database.open()
    return database
