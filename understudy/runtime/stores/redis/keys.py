"""The keys of a namespace in Redis, and what stands in their values.

{us:NAME}:s                        hash: last, seen and bytes of the journal, and by table the last
                                   position; it is there if the namespace has something
{us:NAME}:t                        set of the tables
{us:NAME}:r:TABLE:KEY              a record: position, places, JSON
{us:NAME}:i:TABLE:INDEX:GROUP      sorted set: what one group of an index lists
{us:NAME}:c  {us:NAME}:w           hashes of counters, and of windows
{us:NAME}:j                        list of exchanges, the oldest first

The hash tag in braces keeps a namespace on one node of a cluster. `scripts/records.lua` knows the
same keys and values.
"""

from __future__ import annotations

from functools import cache, lru_cache
from struct import Struct
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from understudy.runtime.stores.database import Page, Place, StoredRecord, TableName
from understudy.runtime.stores.redis.packing import (
    FALSE,
    TRUE,
    packed_bytes,
    packed_list,
    packed_texts,
)

#: The set of the names of all namespaces.
NAMESPACES = b"us:namespaces"

#: The index that every table has: all its records by position.
ALL = Place("/", b"", b"")

_HEAD = Struct(">QI")
_LAST_POSITION = (1 << 63) - 1


class Read(NamedTuple):
    """A read: the key that it depends on, and a command, or for a page its packed arguments."""

    key: bytes
    what: bytes

    @property
    def is_page(self) -> bool:
        """Return whether it lists records, which needs a script."""
        return self.what[0] & 0x80 != 0  # a packed list, not the name of a command


class Keys:
    """The keys of one namespace."""

    __slots__ = ("_prefix", "counters", "journal", "state", "tables", "windows")

    def __init__(self, namespace: str) -> None:
        prefix = self._prefix = b"{us:%b}:" % namespace.encode()
        self.state, self.tables, self.journal = prefix + b"s", prefix + b"t", prefix + b"j"
        self.counters, self.windows = prefix + b"c", prefix + b"w"

    def get(self, table: TableName, key: str) -> Read:
        """Return the read of a record."""
        return Read(b"%br:%b:%b" % (self._prefix, table_text(table), to_bytes(key)), b"GET")

    def count(self, table: TableName, index: str, group: bytes) -> Read:
        """Return the read of the size of a group."""
        return Read(self._group(table, index, group), b"ZCARD")

    def page(self, table: TableName, page: Page) -> Read:
        """Return the read of a page: the prefix of its records' keys, the limits of its members
        by their bytes, the offset and the number of records, or -1 for all."""
        low, high = _lowest(page.above), _highest(page.below)
        start, stop = (high, low) if page.descending else (low, high)
        limit = -1 if page.limit is None else page.limit
        records = b"%br:%b:" % (self._prefix, table_text(table))
        ends = [packed_bytes(part) for part in (records, start, stop)]
        numbers = [packed_bytes(b"%d" % number) for number in (page.offset, limit)]
        packed = packed_list([*ends, TRUE if page.descending else FALSE, *numbers])
        return Read(self._group(table, page.index_name, page.group), packed)

    def _group(self, table: TableName, index: str, group: bytes) -> bytes:
        return b"%bi:%b:%b:%b" % (self._prefix, table_text(table), index_text(index), group)


@lru_cache(maxsize=1000)
def keys_of(namespace: str) -> Keys:
    """Return the keys of a namespace."""
    return Keys(namespace)


@lru_cache(maxsize=10_000)  # a tenant may be one of many
def table_text(table: TableName) -> bytes:
    """Return a table's name as one text without a colon."""
    return "/".join(quote(to_bytes(part), safe="") for part in table).encode()


def table_of(text: bytes) -> TableName:
    """Return the table of a text."""
    return TableName(*(to_text(unquote_to_bytes(part)) for part in text.split(b"/")))


@cache
def index_text(index: str) -> bytes:
    """Return an index's name as a text without a colon."""
    return quote(to_bytes(index), safe="/").encode()


def to_bytes(text: str) -> bytes:
    """Return a text as bytes; JSON may have half of a surrogate pair."""
    return text.encode("utf-8", "surrogatepass")


def to_text(encoded: bytes) -> str:
    """Return the text of bytes."""
    return encoded.decode("utf-8", "surrogatepass")


def packed_places(places: tuple[Place, ...]) -> bytes:
    """Return the places of a record, with that in the index that every table has: a list of index
    and group, and order value."""
    if ALL not in places:
        places = (ALL, *places)
    return packed_texts(
        [
            part
            for index, group, order in places
            for part in (b"%b:%b" % (index_text(index), group), order)
        ]
    )


def stored_record(value: bytes) -> StoredRecord:
    """Return the record of a value: its position in 8 bytes, the length of its places in 4, its
    places, and its JSON."""
    position, length = _HEAD.unpack_from(value)
    return StoredRecord(position, value[12 + length :])


def _lowest(above: bytes | int | None) -> bytes:
    """Return where a range of members begins: after all that begin with an order value, or with a
    position. What follows these in a member never has the byte 255 at its beginning."""
    if above is None:
        return b"-"
    if isinstance(above, bytes):
        return b"(%b\xff" % above
    if above < 0:
        return b"-"
    return b"(%b\xff" % min(above, _LAST_POSITION).to_bytes(8)


def _highest(below: bytes | int | None) -> bytes:
    """Return where a range of members ends: before all that begin with these bytes."""
    if below is None:
        return b"+"
    if isinstance(below, bytes):
        return b"(%b" % below
    return b"(%b" % min(max(below, 0), _LAST_POSITION).to_bytes(8)
