"""Records of the file in memory, decoded, so that those that are read often cost no query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from understudy.runtime.stores.database import StoredRecord

#: Records, and bytes of their JSON, that are kept; with more, all are forgotten and read again.
#: Decoded, they take about six times these bytes.
_MOST = 10_000
_MOST_BYTES = 4_000_000

#: A record with more JSON is not kept.
_LARGE = 20_000


class Cached(NamedTuple):
    """A record with its table, its key, and its places as they are stored."""

    table_id: int
    key: str
    record: StoredRecord
    places: bytes


class RecordCache:
    """Records as they are in the file, with what the open transaction has changed. Whoever changes
    a record puts or removes it here; after a rollback, all must be forgotten."""

    __slots__ = ("_by_key", "_by_position", "_bytes")

    def __init__(self) -> None:
        self._by_key: dict[tuple[int, str], Cached] = {}
        self._by_position: dict[int, Cached] = {}
        self._bytes = 0

    def get(self, table_id: int, key: str) -> Cached | None:
        """Return a record, if it is kept."""
        return self._by_key.get((table_id, key))

    def with_positions(self, positions: Iterable[int]) -> list[tuple[str, StoredRecord]] | None:
        """Return records with their keys; None if one of them is not kept."""
        try:
            found = [self._by_position[position] for position in positions]
        except KeyError:
            return None
        return [(cached.key, cached.record) for cached in found]

    def put(self, cached: Cached) -> None:
        """Keep a record, unless it is large."""
        self.remove(cached.table_id, cached.key)
        size = len(cached.record.encoded)
        if size > _LARGE:
            return
        if self._bytes + size > _MOST_BYTES or len(self._by_key) >= _MOST:
            self.forget()
        self._bytes += size
        self._by_key[cached.table_id, cached.key] = cached
        self._by_position[cached.record.position] = cached

    def remove(self, table_id: int, key: str) -> None:
        """Do not keep a record any longer."""
        cached = self._by_key.pop((table_id, key), None)
        if cached is not None:
            del self._by_position[cached.record.position]
            self._bytes -= len(cached.record.encoded)

    def forget(self) -> None:
        """Forget all records."""
        self._by_key.clear()
        self._by_position.clear()
        self._bytes = 0
