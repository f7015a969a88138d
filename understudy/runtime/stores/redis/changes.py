"""Changes as `scripts/commit.lua` reads them."""

from __future__ import annotations

from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.redis.keys import packed_places, table_text, to_bytes
from understudy.runtime.stores.redis.packing import (
    FALSE,
    TRUE,
    packed_bytes,
    packed_count,
    packed_list,
    packed_texts,
)


def packed_changes(changes: Changes, namespace: str) -> tuple[bytes, list[bytes]]:
    """Return all changes as one list, and apart from it the contents: the JSON of the records, and
    the exchanges.

    Redis takes time for each byte of what is packed. None becomes False: lists in Lua have no gaps.
    """
    sender = b"%b " % namespace.encode()
    packed = packed_list(
        (
            packed_texts([table_text(table) for table in changes.dropped]),
            packed_list([_write(*place, write) for place, write in changes.writes.items()]),
            packed_list([_counter(*counter) for counter in changes.counters.items()]),
            TRUE if changes.clear_counters else FALSE,
            TRUE if changes.clear_journal else FALSE,
            packed_count(len(changes.exchanges)),
            packed_texts([sender + message for message in changes.messages]),
        )
    )
    records = [write.encoded for write in changes.writes.values() if write.encoded is not None]
    return packed, records + changes.exchanges


def _write(table: TableName, key: str, write: Write) -> bytes:
    """Return table, key, the places of a record that is put (or False), and whether it is new."""
    name = packed_bytes(table_text(table)), packed_bytes(to_bytes(key))
    if write.encoded is None:
        return packed_list((*name, FALSE))
    renew = TRUE if write.renew else FALSE
    return packed_list((*name, packed_bytes(packed_places(write.places)), renew))


def _counter(name: str, number: int | None) -> bytes:
    value = FALSE if number is None else packed_bytes(b"%d" % number)
    return packed_list((packed_bytes(to_bytes(name)), value))
