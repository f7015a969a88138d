"""The interface of a database that keeps the state of namespaces beside or after the process.

`Database` and `Session` are all that another one has to implement: `BufferedStore` makes stores of
a session, and `runtime.namespaces` keeps the rest of a namespace (clock, settings, fault rules...)
in records and counters of its own. `sqlite` and `redis` implement them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import msgspec

from understudy.runtime.rate_limit import Window
from understudy.runtime.stores.store import Index


class TableName(NamedTuple):
    """The table of one collection of one tenant of one API, in a namespace. The tables of the
    namespace itself have no API and no tenant."""

    api: str
    tenant: str
    collection: str


@dataclass(slots=True)
class StoredRecord:
    """A committed record: its position in the order of insertion of its table, which only grows,
    and its JSON."""

    position: int
    encoded: bytes
    _value: Any = field(default=None, init=False, compare=False, repr=False)

    @property
    def value(self) -> Any:
        """The record, which must not be changed; decoded once."""
        if self._value is None:
            self._value = msgspec.json.decode(self.encoded)
        return self._value


class Place(NamedTuple):
    """The place of a record in one index of its table.

    `index_name` is made by `places.index_name`. `group` and `order` are sortable bytes
    (see `places.sort_key`): records of one group are sorted by `order`, then by position. Without
    `order` (b""), they are sorted by position only.
    """

    index_name: str
    group: bytes
    order: bytes


class Page(NamedTuple):
    """What to list of an index: a group's records in order, only those strictly above `above` and
    strictly below `below`; of these, `limit` after the first `offset`.

    The limits are sortable bytes, or positions (integers) in an index without an order.
    """

    index_name: str
    group: bytes
    descending: bool = False
    offset: int = 0
    limit: int | None = None
    above: bytes | int | None = None
    below: bytes | int | None = None


class Write(NamedTuple):
    """A record to put with its places, one for each index of its collection; or to delete, if
    there is no JSON (None). With `renew`, one with this key is deleted before, so that the record
    comes last in the order of insertion."""

    encoded: bytes | None
    places: tuple[Place, ...] = ()
    renew: bool = False


@dataclass(slots=True)
class Changes:
    """What a request changes in its namespace, all of it or nothing, in this order.

    `dropped` are tables that lose all their records. `writes` are by table and key; records that
    are new get the next positions in this order. `counters` are set to a number, or removed if that
    is None; windows are counters, too. `clear_counters` removes all counters first, `clear_journal`
    all exchanges and the number of them that was seen. `exchanges` are added to the journal.
    `messages` are sent to all processes that use the database (see `Database.subscribe`), this one
    too.
    """

    dropped: list[TableName] = field(default_factory=list)
    writes: dict[tuple[TableName, str], Write] = field(default_factory=dict)
    counters: dict[str, int | None] = field(default_factory=dict)
    clear_counters: bool = False
    clear_journal: bool = False
    exchanges: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Return whether nothing but records is written, and nothing is cleared first."""
        others = self.dropped or self.counters or self.clear_counters or self.clear_journal
        return bool(self.writes) and not others

    @property
    def has_records(self) -> bool:
        """Return whether something other than the journal changes."""
        return bool(self.dropped or self.writes or self.counters or self.clear_counters)


class NumberedBytes(NamedTuple):
    """An encoded exchange of a journal with its number, which grows over all namespaces."""

    number: int
    encoded: bytes


class JournalSize(NamedTuple):
    """How many exchanges a journal has, and how many it has had since it was cleared."""

    kept: int
    seen: int


class Session(Protocol):
    """One attempt at one request: reads of one namespace as they were committed, then one commit.

    What `get`, `page`, `count` and `tables` return is valid until the commit, or else the commit
    raises Conflict. Every method may raise StoreUnavailable.
    """

    @property
    def reads(self) -> Any:
        """What has been read so far, for `Database.session` when the request is run again."""

    def get(self, table: TableName, key: str) -> StoredRecord | None:
        """Return a record, or None."""

    def get_as_known(
        self, table: TableName, key: str, known: StoredRecord | None
    ) -> StoredRecord | None:
        """Return a record, as `get` does. If it is `known` from an earlier session, that may be
        returned without a look; if it is another one by now, the commit raises Conflict."""

    def page(self, table: TableName, page: Page) -> Sequence[tuple[str, StoredRecord]]:
        """Return records of an index with their keys."""

    def count(self, table: TableName, index: str, group: bytes) -> int:
        """Return the number of records of a group."""

    def tables(self) -> Sequence[TableName]:
        """Return the tables that have records or have had some."""

    def all(self, table: TableName) -> Sequence[tuple[str, StoredRecord]]:
        """Return all records of a table with their keys, in the order of their positions."""

    def add(self, counter: str, amount: int = 1) -> int:
        """Add to a counter, which begins at 0, and return it. Done at once, whatever becomes of the
        request."""

    def counter(self, counter: str) -> int:
        """Return the value of a counter."""

    def count_in_window(self, counter: str, now: int, length: int) -> Window:
        """Count one in a window that lasts `length` microseconds from its first count; if it is
        over at `now`, or begins more than its length after it, a new one begins. Return the window.
        Done at once."""

    def exchanges(self, limit: int | None = None, after: int = 0) -> Sequence[NumberedBytes]:
        """Return the newest exchanges of the journal, newest first, of numbers above `after`."""

    def journal_size(self) -> JournalSize:
        """Return the numbers of exchanges of the journal."""

    def commit(self, changes: Changes) -> None:
        """Write the changes, as one transaction. Raises Conflict. The session ends; without changes
        it only checks what was read."""

    def close(self) -> None:
        """End the session, if it has not ended; nothing is written."""


class Database(Protocol):
    """A database for the namespaces of one app, or of several that share them."""

    #: Whether several processes may use it at once, and sessions several threads.
    is_shared: bool
    #: Sentences about what it does not promise; known once it is open.
    warnings: list[str]

    @property
    def round_trip(self) -> float:
        """How long a read takes, in seconds, as it was measured last."""

    def open(self) -> None:
        """Connect; called once in each process, after it was forked. Raises UsageError with a
        sentence for people if that fails."""

    def reindex(self, indexes: Mapping[tuple[str, str], tuple[Index, ...]]) -> None:
        """Index the records anew of those collections, by API and name, whose indexes are others
        than when they were written. Raises UsageError if a record has no place in one."""

    def session(self, namespace: str, reads: Any = None) -> Session:
        """Return a session; `reads` of an earlier one are read at once, as they are at one
        moment."""

    def names(self) -> Sequence[str]:
        """Return the names of the namespaces that have something."""

    def drop(self, namespace: str, message: bytes = b"") -> bool:
        """Remove everything of a namespace, then send a message, if one is given; return whether
        there was something."""

    def last_exchange(self) -> int:
        """Return a number that all exchanges of journals from now on are above, and none that was
        committed before. Without a trip to another machine."""

    def time_ns(self) -> int:
        """Return the time of all processes that use it, in nanoseconds since 1970."""

    def settle(self) -> Awaitable[None] | None:
        """Return what to await until all that was committed so far, and so all that was read, is
        lasting; None if it is. Awaiting it raises StoreUnavailable if it was rolled back."""

    def check(self) -> None:
        """Raise StoreUnavailable if the database does not answer."""

    def subscribe(self, receive: Callable[[str, bytes], None]) -> None:
        """Call `receive` with the namespace and the content of each message from now on, in any
        thread; the messages of one commit in their order."""

    def close(self) -> None:
        """Disconnect."""
