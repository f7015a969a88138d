"""Changes as `scripts/commit.lua` reads them."""

from __future__ import annotations

from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.redis.keys import packed_places, table_text, to_bytes
from understudy.runtime.stores.redis.packing import (
    FALSE,
    TRUE,
    packed_bytes,
    packed_list,
    packed_texts,
)


def packed_changes(changes: Changes, namespace: str) -> bytes:
    """Return all changes as one list. None becomes False: lists in Lua have no gaps."""
    sender = b"%b " % namespace.encode()
    return packed_list(
        (
            packed_texts([table_text(table) for table in changes.dropped]),
            packed_list([_write(*place, write) for place, write in changes.writes.items()]),
            packed_list([_counter(*counter) for counter in changes.counters.items()]),
            TRUE if changes.clear_counters else FALSE,
            TRUE if changes.clear_journal else FALSE,
            packed_texts(changes.exchanges),
            packed_texts([sender + message for message in changes.messages]),
        )
    )


def _write(table: TableName, key: str, write: Write) -> bytes:
    """Return table, key, JSON or False, and places; a record that is deleted needs no places."""
    json = FALSE if write.encoded is None else packed_bytes(write.encoded)
    places = b"" if write.encoded is None else packed_places(write.places)
    name = packed_bytes(table_text(table)), packed_bytes(to_bytes(key))
    return packed_list((*name, json, packed_bytes(places)))


def _counter(name: str, number: int | None) -> bytes:
    value = FALSE if number is None else packed_bytes(b"%d" % number)
    return packed_list((packed_bytes(to_bytes(name)), value))
