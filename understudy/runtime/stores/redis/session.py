"""A session: reads that WATCH what they depend on, then one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from redis import exceptions

from understudy.runtime.rate_limit import Window
from understudy.runtime.stores.database import (
    Changes,
    JournalSize,
    NumberedBytes,
    Page,
    StoredRecord,
    TableName,
)
from understudy.runtime.stores.errors import Conflict, StoreUnavailable
from understudy.runtime.stores.redis.changes import packed_changes
from understudy.runtime.stores.redis.keys import (
    ALL,
    Read,
    keys_of,
    stored_record,
    table_of,
    to_bytes,
    to_text,
)
from understudy.runtime.stores.redis.scripts import ADD, COMMIT, DROP, READ, SCRIPTS, WINDOW
from understudy.runtime.stores.redis.servers.commands import EXEC, MULTI, encode
from understudy.runtime.stores.redis.servers.connection import TRIP_TIMEOUT, Connection
from understudy.runtime.stores.redis.servers.server import FAILURES

if TYPE_CHECKING:
    from understudy.runtime.stores.redis.database import RedisDatabase

#: Seconds that the trips of a session may take together, until it makes none any more.
_SESSION_TIMEOUT = 1.5

#: How many records of a whole table are read in one trip: for some tens of milliseconds Redis does
#: nothing else.
_STEP = 5000

#: How many exchanges are fetched first, where it is not known how many are wanted.
_FEW_EXCHANGES = 32

#: What the script of a commit returns.
_UNNAMED, _DONE = 0, 1

#: All records of a table.
_EVERYTHING = Page(ALL.index_name, ALL.group)


class RedisSession:
    """See `Session`. It takes a connection with its first trip.

    Each read makes one trip, which also WATCHes what it depends on; the same read is not made
    twice. What was read in one trip is what was there at one moment: then nothing has to be
    validated, unless something is written that follows from it.
    """

    __slots__ = (
        *("_assumed", "_connection", "_database", "_keys", "_known", "_left", "_namespace"),
        *("_replies", "_server", "_trips"),
    )

    def __init__(self, database: RedisDatabase, namespace: str, reads: Iterable[Read] = ()) -> None:
        self._database = database
        self._namespace = namespace
        self._keys = keys_of(namespace)
        self._server = database.server(self._keys.state)
        self._connection: Connection | None = None
        self._left = _SESSION_TIMEOUT
        #: How many trips have read something that the commit may have to validate.
        self._trips = 0
        self._replies: dict[Read, Any] = {}
        #: A record that was not read: it is what it was before, or else there is a conflict.
        self._assumed: tuple[Read, StoredRecord] | None = None
        #: What was read before it was asked for.
        self._known: dict[Read, Any] = {}
        if reads:
            self._read_at_one_moment(tuple(reads))

    @property
    def reads(self) -> Sequence[Read]:
        """See `Session`."""
        return tuple(self._replies) if self._assumed is None else (*self._replies, self._assumed[0])

    def get(self, table: TableName, key: str) -> StoredRecord | None:
        """See `Session`."""
        value = self._read(self._keys.get(table, key))
        return None if value is None else stored_record(value)

    def get_as_known(
        self, table: TableName, key: str, known: StoredRecord | None
    ) -> StoredRecord | None:
        """See `Session`; a record that is known costs no trip."""
        read = self._keys.get(table, key)
        if known is None or self._known or read in self._replies:
            return self.get(table, key)
        self._assumed = read, known
        return known

    def page(self, table: TableName, page: Page) -> Sequence[tuple[str, StoredRecord]]:
        """See `Session`."""
        found = self._read(self._keys.page(table, page))
        return [
            (to_text(key), stored_record(value))
            for key, value in zip(found[::2], found[1::2], strict=True)
        ]

    def count(self, table: TableName, index: str, group: bytes) -> int:
        """See `Session`."""
        found: int = self._read(self._keys.count(table, index, group))
        return found

    def tables(self) -> Sequence[TableName]:
        """See `Session`."""
        return sorted(map(table_of, self._read(Read(self._keys.tables, b"SMEMBERS"))))

    def all(self, table: TableName) -> Sequence[tuple[str, StoredRecord]]:
        """See `Session`; a large table takes several trips, and more time than other requests."""
        found: list[tuple[str, StoredRecord]] = []
        above = None
        while True:
            step = self.page(table, _EVERYTHING._replace(limit=_STEP, above=above))
            found += step
            if len(step) < _STEP:
                return found
            above = step[-1][1].position
            self._left += TRIP_TIMEOUT

    def _read(self, read: Read) -> Any:
        """Return the reply to a read, and keep it."""
        if read in self._replies:
            return self._replies[read]
        if read in self._known:
            reply = self._known[read]
        elif read.is_page:
            reply = self._watch_and_run((read,), READ.run([read.key], [read.what]))[0]
        else:
            reply = self._watch_and_run((read,), encode(read.what, read.key))
        self._replies[read] = reply
        return reply

    def _read_at_one_moment(self, reads: Sequence[Read]) -> None:
        script = READ.run([read.key for read in reads], [read.what for read in reads])
        self._known = dict(zip(reads, self._watch_and_run(reads, script), strict=True))

    def _watch_and_run(self, reads: Sequence[Read], command: bytes) -> Any:
        """WATCH what the reads depend on, and return the reply to a command that makes them."""
        commands = (encode(b"WATCH", *(read.key for read in reads)), command)
        try:
            replies = self._trip(*commands)
        except exceptions.ConnectionError as error:
            if self._trips:  # what was watched is lost
                raise Conflict from error
            self._server.discard_idle()  # they are probably as dead
            replies = self._try(*commands)
        self._trips += 1
        assert self._connection is not None
        self._connection.is_watching = True
        return replies[1]

    def add(self, counter: str, amount: int = 1) -> int:
        """See `Session`."""
        self._announce()
        key, arguments = self._keys.counters, [to_bytes(counter), b"%d" % amount]
        if self._assumed is None:
            command = encode(b"HINCRBY", key, *arguments)
        else:  # who assumes what is no longer so would count what it does in vain
            command = ADD.run([key], [*arguments, *_as_assumed(*self._assumed)])
        total: int | None = self._try(command)[0]
        if total is None:
            raise Conflict
        return total

    def _announce(self) -> None:
        """See to it that the namespace is named if it may be new."""
        if self._namespace not in self._database.names_of_namespaces:
            self._database.names_of_namespaces.announce(self._namespace)

    def counter(self, counter: str) -> int:
        """See `Session`."""
        return int(self._try(encode(b"HGET", self._keys.counters, to_bytes(counter)))[0] or 0)

    def count_in_window(self, counter: str, now: int, length: int) -> Window:
        """See `Session`."""
        self._announce()
        assumed = () if self._assumed is None else _as_assumed(*self._assumed)
        arguments = [to_bytes(counter), b"%d" % now, b"%d" % length, *assumed]
        found = self._try(WINDOW.run([self._keys.windows], arguments))[0]
        if found is None:  # as above; `now` is that of another clock
            raise Conflict
        return Window(int(found[0]), found[1])

    def exchanges(self, limit: int | None = None, after: int = 0) -> Sequence[NumberedBytes]:
        """See `Session`."""
        if limit == 0:
            return []
        size = (
            limit
            if limit is not None
            else _FEW_EXCHANGES
            if after
            else self._database.most_exchanges
        )
        while True:
            command = encode(b"LRANGE", self._keys.journal, b"%d" % -size, b"-1")
            found = [_numbered(value) for value in reversed(self._try(command)[0])]
            if limit is not None or len(found) < size or found[-1].number <= after:
                return [exchange for exchange in found if exchange.number > after]
            size *= 4

    def journal_size(self) -> JournalSize:
        """See `Session`."""
        kept, seen = self._try(
            encode(b"LLEN", self._keys.journal), encode(b"HGET", self._keys.state, b"seen")
        )
        return JournalSize(kept, int(seen or 0))

    def commit(self, changes: Changes) -> None:
        """See `Session`."""
        try:
            if _writes(changes):
                self._write(changes)
            elif self._assumed is not None:
                self._check_assumed(*self._assumed)
            elif self._must_validate(changes):
                self._execute()
        finally:
            self.close()

    def _check_assumed(self, read: Read, record: StoredRecord) -> None:
        """Raise Conflict if a record is not what was assumed, or what was read has changed."""
        command = encode(read.what, read.key)
        value = self._execute(command) if self._trips else self._run(command)
        if value is None or stored_record(value) != record:
            raise Conflict

    def _write(self, changes: Changes) -> None:
        """Write changes, and see to it that the namespace is in the set of their names."""
        names, name = self._database.names_of_namespaces, self._namespace
        is_new = name not in names
        self._announce()
        packed, contents = packed_changes(changes, name)
        assumed = (b"", b"") if self._assumed is None else _as_assumed(*self._assumed)
        head = [packed, b"%d" % is_new, *self._database.limits, *assumed]
        script = COMMIT.run([self._keys.state], head + contents)
        self._left += _extra_time(changes)
        done = self._execute(script) if self._must_validate(changes) else self._run(script)
        if done != _DONE:
            if done == _UNNAMED:
                names.forget(name)
            raise Conflict
        if is_new:
            names.add(name)

    def _must_validate(self, changes: Changes) -> bool:
        return self._trips > 1 or (self._trips > 0 and changes.has_records)

    def _execute(self, *commands: bytes) -> Any:
        """Run a command, if any, unless something that was read has changed; return its reply.
        Raises Conflict."""
        connection = self._connection
        if connection is None or not connection.is_watching:
            raise Conflict  # it was lost, with what it has watched
        replies = self._try(MULTI, *commands, EXEC)
        connection.is_watching = False
        if replies[-1] is None:
            raise Conflict
        return replies[-1][0] if commands else None

    def _run(self, command: bytes) -> Any:
        """Run a command whatever has changed, and return its reply."""
        if self._connection is not None:
            self._connection.set_aside()
        return self._try(command)[0]

    def remove_records(self, most: int) -> int:
        """Remove so many records at once, and all else when no record is left; return 1 if there
        is more, 0 if there was nothing, else -1."""
        try:
            left: int = self._run(DROP.run([self._keys.state], [b"%d" % most]))
            return left
        finally:
            self.close()

    def close(self) -> None:
        """See `Session`."""
        if self._connection is not None:
            self._server.release(self._connection)
            self._connection = None

    def _try(self, *commands: bytes) -> list[Any]:
        """Make a trip that is not made again, because it may have been done. Raises
        StoreUnavailable or Conflict."""
        try:
            return self._trip(*commands)
        except exceptions.ConnectionError as error:
            raise self._server.lost(error) from None

    def _trip(self, *commands: bytes) -> list[Any]:
        """Send commands and return their replies. Raises the driver's ConnectionError if the
        connection is lost, else StoreUnavailable or Conflict."""
        if self._left <= 0:
            raise StoreUnavailable(f"{self._server.label} takes too long for one request")
        if self._connection is None:
            self._connection = self._server.acquire()
        deadline = monotonic() + self._left
        try:
            replies = self._connection.trip(commands, deadline)
        except FAILURES as error:
            self._connection = None
            if isinstance(error, exceptions.ConnectionError):
                raise
            raise self._server.lost(error) from None
        self._left = deadline - monotonic()
        for reply in replies:
            if isinstance(reply, Exception):
                return self._mend(reply, commands)
            if isinstance(reply, list) and reply and isinstance(reply[0], Exception):
                self._mend(reply[0], ())
        return replies

    def _mend(self, error: Exception, commands: Sequence[bytes]) -> list[Any]:
        """Make a trip again after scripts were missing; raise what another error means."""
        assert self._connection is not None
        if isinstance(error, exceptions.NoScriptError):
            self._trip(*(encode(*script.load) for script in SCRIPTS))
            if commands:
                return self._trip(*commands)
            raise Conflict  # a transaction is over, and nothing was done
        self._connection.close()
        self._connection = None
        if isinstance(error, exceptions.AskError | exceptions.TryAgainError):  # or MovedError
            self._database.refresh()
            raise Conflict
        if isinstance(error, exceptions.ClusterDownError | exceptions.ReadOnlyError):
            self._database.refresh()
        raise self._server.unavailable(error)


def _extra_time(changes: Changes) -> float:
    """Return how many seconds longer the commit may take, for it may be large."""
    return len(changes.writes) / 5000 + (10 if changes.dropped else 0)


def _as_assumed(read: Read, record: StoredRecord) -> tuple[bytes, bytes]:
    """Return the key of a record, and its position and JSON, for the script to compare."""
    return read.key, record.position.to_bytes(8) + record.encoded


def _numbered(value: bytes) -> NumberedBytes:
    return NumberedBytes(int.from_bytes(value[:8]), value[8:])


def _writes(changes: Changes) -> bool:
    """Return whether there is something to write."""
    journal = changes.clear_journal or changes.exchanges or changes.messages
    return bool(changes.has_records or journal)
