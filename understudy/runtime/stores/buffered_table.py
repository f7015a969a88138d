"""The records of one collection during a request: those of the database, and what was written."""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy.http import json_codec
from understudy.runtime.stores.database import Page, Session, StoredRecord, TableName, Write
from understudy.runtime.stores.places import index_name, places_of, sort_key
from understudy.runtime.stores.store import Collection, Index, Record

#: The position of records that the database does not have yet.
_NEW = 2**63


class Kept(NamedTuple):
    """A record that a request has written, None if it has deleted it, and what the database is to
    write."""

    record: Record | None
    write: Write


_DELETED = Kept(None, Write(None))


class _Entry(NamedTuple):
    """A record in a list, with what it is sorted by."""

    order: bytes
    position: int
    record: Record


class BufferedTable:
    """The records of one collection of one tenant in one session; without a session the database
    has none of them.

    `pending` are those written since the last commit of the store, None if they were deleted;
    `kept` are those written before that.
    """

    def __init__(self, collection: Collection, name: TableName, session: Session | None) -> None:
        self.collection = collection
        self.name = name
        self._session = session
        self.pending: dict[str, Record | None] = {}
        self.kept: dict[str, Kept] = {}
        #: Keys that were deleted and put again: these records are new, and come last.
        self._renewed: set[str] = set()
        self._pending_renewed: set[str] = set()
        #: What was read, decoded once.
        self._decoded: dict[str, Record] = {}

    def put(self, key: str, record: Record) -> None:
        """Add or replace a record."""
        was_written = self.pending if key in self.pending else self.kept
        if was_written.get(key, record) in (None, _DELETED):
            self._pending_renewed.add(key)
        self.pending[key] = record

    def keep(self) -> None:
        """Keep what is pending."""
        self._renewed |= self._pending_renewed
        for key, record in self.pending.items():
            if record is None:
                self.kept[key] = _DELETED
            else:
                encoded, places = json_codec.encode(record), places_of(self.collection, record)
                self.kept[key] = Kept(record, Write(encoded, places, key in self._renewed))
        self.forget_pending()

    def forget_pending(self) -> None:
        """Forget what is pending."""
        self.pending.clear()
        self._pending_renewed.clear()

    def get(self, key: str) -> Record | None:
        """Return a record as the request sees it."""
        if key in self.pending:
            return self.pending[key]
        if key in self.kept:
            return self.kept[key].record
        stored = self._stored(key)
        return None if stored is None else self._decode(key, stored)

    def position(self, key: str) -> int | None:
        """Return the position of a record, None if the database does not have it yet."""
        if self._is_renewed(key):
            return None
        stored = self._stored(key)
        return None if stored is None else stored.position

    def _is_renewed(self, key: str) -> bool:
        return key in self._renewed or key in self._pending_renewed

    def _stored(self, key: str) -> StoredRecord | None:
        return None if self._session is None else self._session.get(self.name, key)

    def _decode(self, key: str, stored: StoredRecord) -> Record:
        record = self._decoded.get(key)
        if record is None:
            record = self._decoded[key] = stored.value
        return record

    def _written(self) -> dict[str, Record | None]:
        """Return what the request has written, by key."""
        return {**{key: kept.record for key, kept in self.kept.items()}, **self.pending}

    def count(self, index: Index, group: Any) -> int:
        """Return the number of records that an index lists for a group."""
        wanted, number = _group(index, group), 0
        if self._session is not None:
            number = self._session.count(self.name, index_name(index), wanted)
        for key, record in self._written().items():
            stored = self._stored(key)
            before = None if stored is None else self._decode(key, stored)
            number += _is_in(index, wanted, record) - _is_in(index, wanted, before)
        return number

    def page(
        self,
        index: Index,
        group: Any,
        descending: bool,
        offset: int,
        limit: int | None,
        above: Any,
        below: Any,
    ) -> list[Record]:
        """Return records as `Store.list` does."""
        bounds = _bound(index, above), _bound(index, below)
        page = Page(index_name(index), _group(index, group), descending, offset, limit, *bounds)
        written = self._written()
        if not written:
            found = () if self._session is None else self._session.page(self.name, page)
            return [self._decode(key, stored) for key, stored in found]
        entries = self._committed(index, page, written)
        entries += self._uncommitted(index, page, written)
        entries.sort(key=lambda entry: entry[:2], reverse=descending)
        stop = None if limit is None else offset + limit
        return [entry.record for entry in entries[offset:stop]]

    def _committed(
        self, index: Index, page: Page, written: dict[str, Record | None]
    ) -> list[_Entry]:
        """Return the first records of the database, enough for the page."""
        if self._session is None:
            return []
        limit = None if page.limit is None else page.offset + page.limit + len(written)
        found = self._session.page(self.name, page._replace(offset=0, limit=limit))
        return [
            _Entry(_order(index, record), stored.position, record)
            for key, stored in found
            if key not in written
            for record in [self._decode(key, stored)]
        ]

    def _uncommitted(
        self, index: Index, page: Page, written: dict[str, Record | None]
    ) -> list[_Entry]:
        """Return the records that were written and are between the bounds of the page."""
        entries = []
        for number, (key, record) in enumerate(written.items()):
            if record is None or not _is_in(index, page.group, record):
                continue
            position = self.position(key)
            position = _NEW + number if position is None else position
            order = _order(index, record)
            value: Any = position if index.order is None else order
            if (page.above is None or value > page.above) and (
                page.below is None or value < page.below
            ):
                entries.append(_Entry(order, position, record))
        return entries

    def all(self) -> dict[str, Record]:
        """Return all records by key, in the order of their insertion."""
        records: dict[str, Record] = {}
        if self._session is not None:
            found = self._session.all(self.name)
            records = {key: stored.value for key, stored in found}
        for key, record in self._written().items():
            if record is None or self._is_renewed(key):
                records.pop(key, None)
            if record is not None:
                records[key] = record
        return records


def _group(index: Index, group: Any) -> bytes:
    return b"" if index.group is None else sort_key(group)


def _order(index: Index, record: Record) -> bytes:
    return b"" if index.order is None else sort_key(record.get(index.order))


def _bound(index: Index, value: Any) -> Any:
    return value if value is None or index.order is None else sort_key(value)


def _is_in(index: Index, group: bytes, record: Record | None) -> bool:
    """Return whether a record is in a group of an index."""
    return record is not None and (
        index.group is None or sort_key(record.get(index.group)) == group
    )
