"""The databases that one suite of tests runs on, each by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tests.support.redis_databases import redis
from understudy.runtime.stores.database import Database
from understudy.runtime.stores.sqlite.database import SQLiteDatabase


class Factory(Protocol):
    """Returns a database that is not open yet: for the same directory the same one, so that a
    second one has what the first one, which must be closed, has kept."""

    def __call__(
        self, directory: Path, most_exchanges: int = 1000, most_bytes: int = 16_000_000
    ) -> Database:
        """Return the database of a directory, with these limits of each journal."""


def sqlite(
    directory: Path, most_exchanges: int = 1000, most_bytes: int = 16_000_000
) -> SQLiteDatabase:
    """Return the SQLite database of a directory."""
    return SQLiteDatabase(str(directory / "state.db"), most_exchanges, most_bytes)


FACTORIES: dict[str, Factory] = {"sqlite": sqlite, "redis": redis}
