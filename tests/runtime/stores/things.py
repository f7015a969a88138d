"""Things that the tests of databases store, and what they read of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from understudy.runtime.stores.database import (
    Changes,
    Database,
    Page,
    Session,
    StoredRecord,
    TableName,
    Write,
)
from understudy.runtime.stores.places import index_name, places_of, sort_key
from understudy.runtime.stores.store import Collection, Index

ADDED = Index()
BY_COLOUR = Index(order="colour")
OF_SHAPE = Index(group="shape")
OF_SHAPE_BY_COLOUR = Index(order="colour", group="shape")
THINGS = Collection("things", (ADDED, BY_COLOUR, OF_SHAPE, OF_SHAPE_BY_COLOUR))
TABLE = TableName("shop", "tenant", "things")
OTHER = TableName("shop", "another tenant", "things")


def thing(key: str, colour: str | int | None = None, shape: str | None = None) -> Write:
    """Return the write of a thing with its places."""
    record = {"key": key, "colour": colour, "shape": shape}
    return Write(msgspec.json.encode(record), places_of(THINGS, record))


def put(database: Database, *writes: tuple[str, Write], table: TableName = TABLE) -> None:
    """Commit writes by key."""
    changes = Changes(writes={(table, key): write for key, write in writes})
    database.session("default").commit(changes)


def words(records: Sequence[tuple[str, StoredRecord]]) -> str:
    """Return the keys of records as one word."""
    return "".join(key for key, _ in records)


def listed(session: Session, index: Index, group: str | None = None, **options: object) -> str:
    """Return the keys of a page as one word."""
    name = b"" if index.group is None else sort_key(group)
    return words(session.page(TABLE, Page(index_name(index), name, **options)))  # type: ignore[arg-type]


def exchanges(session: Session, *arguments: int) -> list[bytes]:
    """Return encoded exchanges of the journal, newest first."""
    return [exchange.encoded for exchange in session.exchanges(*arguments)]
