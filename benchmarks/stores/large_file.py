"""Fills an SQLite file with sessions, faster than HTTP would."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.places import places_of
from understudy.runtime.stores.sqlite.database import SQLiteDatabase
from understudy.runtime.stores.store import Collection, Index

#: Sessions of one commit.
_STEP = 5000

_NAMESPACE, _SESSIONS = "default", TableName("zep", "bench", "sessions")


def fill(path: Path, count: int) -> None:
    """Add sessions to a file that has some, until it has `session-0` to `session-(count - 1)`."""
    database = SQLiteDatabase(str(path))
    database.open()
    first = database.session(_NAMESPACE).get(_SESSIONS, "session-0")
    assert first is not None
    sessions = _collection(database)
    for start in range(0, count, _STEP):
        changes = Changes()
        for number in range(start, min(start + _STEP, count)):
            record = _session(first.value, number)
            write = Write(msgspec.json.encode(record), places_of(sessions, record))
            changes.writes[_SESSIONS, record["session_id"]] = write
        database.session(_NAMESPACE).commit(changes)
    database.close()


def _collection(database: SQLiteDatabase) -> Collection:
    """Return the collection of the sessions with the indexes that it has in the file."""
    stored = database.tables.collections()[_SESSIONS.api, _SESSIONS.collection]
    fields = [name.split("/") for name in stored.numbers]
    indexes = [Index(order or None, group or None) for group, order in fields]
    return Collection(_SESSIONS.collection, tuple(indexes))


def _session(first: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a record like the first one."""
    own = {"session_id": f"session-{number}", "id": number, "uuid": str(UUID(int=number))}
    return {**first, **own, "session": {**first["session"], **own}}
