"""Changes as `scripts/commit.lua` reads them."""

from __future__ import annotations

import msgspec

from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.redis.keys import packed_places, table_text, to_bytes

_encode = msgspec.msgpack.Encoder().encode


def packed_changes(changes: Changes, namespace: str) -> bytes:
    """Return all changes as one array. What is None becomes False: Lua's tables have no gaps."""
    sender = b"%b " % namespace.encode()
    return _encode(
        (
            [table_text(table) for table in changes.dropped],
            [_packed_write(table, key, write) for (table, key), write in changes.writes.items()],
            [
                (to_bytes(name), False if number is None else b"%d" % number)
                for name, number in changes.counters.items()
            ],
            changes.clear_counters,
            changes.clear_journal,
            changes.exchanges,
            [sender + message for message in changes.messages],
        )
    )


def _packed_write(table: TableName, key: str, write: Write) -> tuple[bytes, bytes, object, bytes]:
    """Return table, key, JSON or False, and places; a record that is deleted needs no places."""
    if write.encoded is None:
        return table_text(table), to_bytes(key), False, b""
    return table_text(table), to_bytes(key), write.encoded, packed_places(write.places)
