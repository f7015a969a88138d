"""The journals of all namespaces: bounded lists of exchanges in the file."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from understudy.runtime.stores.database import JournalSize, NumberedBytes
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.tables import Tables

#: How many exchanges, bytes and seconds may wait to be written.
_MOST_WAITING = 1000
_MOST_WAITING_BYTES = 1_000_000
_LONGEST_WAIT = 1.0


class Journal:
    """The exchanges of all namespaces, each at most `most` and `most_bytes`.

    Those of requests that change nothing wait in memory, so that they cost no transaction each.
    They have no number until they are written: nobody sees a number that a process that is killed
    would give again.
    """

    __slots__ = (
        "_bytes",
        "_connection",
        "_mark",
        "_since",
        "_tables",
        "_waiting",
        "most",
        "most_bytes",
    )

    def __init__(self, connection: Connection, tables: Tables, most: int, most_bytes: int) -> None:
        self._connection = connection
        self._tables = tables
        self.most = most
        self.most_bytes = most_bytes
        self._waiting: list[tuple[str, bytes]] = []
        self._bytes = 0
        self._mark = 0
        self._since = 0.0

    def __len__(self) -> int:
        """Return how many exchanges wait."""
        return len(self._waiting)

    @property
    def is_due(self) -> bool:
        """Return whether the exchanges that wait must be written now: too many, or for too long."""
        if not self._waiting:
            return False
        many = len(self._waiting) >= _MOST_WAITING or self._bytes >= _MOST_WAITING_BYTES
        return many or monotonic() - self._since > _LONGEST_WAIT

    def keep(self, namespace: str, exchanges: Sequence[bytes]) -> None:
        """Keep exchanges in memory until the next transaction."""
        if exchanges and not self._waiting:
            self._since = monotonic()
        self._waiting += [(namespace, encoded) for encoded in exchanges]
        self._bytes += sum(map(len, exchanges))

    def mark(self) -> None:
        """Note what waits now, for `return_to_mark`."""
        self._mark = len(self._waiting)

    def return_to_mark(self) -> None:
        """Forget the exchanges that were kept since `mark`."""
        del self._waiting[self._mark :]
        self._bytes = sum(len(encoded) for _, encoded in self._waiting)

    def write(self) -> None:
        """Write the exchanges that wait, in a transaction; call `written` when it is done."""
        if self._waiting:
            self.add(self._waiting)

    def written(self) -> None:
        """Forget the exchanges that waited, because they are written."""
        self._waiting.clear()
        self._bytes = 0

    def add(self, exchanges: Sequence[tuple[str, bytes]]) -> None:
        """Add exchanges, each with its namespace, in a transaction."""
        new = self._tables.new_namespace
        rows = [(new(namespace), encoded) for namespace, encoded in exchanges]
        self._connection.run_many("INSERT INTO exchanges (namespace, encoded) VALUES (?, ?)", rows)
        added: dict[int, list[int]] = {}
        for owner, encoded in rows:
            added.setdefault(owner, []).append(len(encoded))
        for owner, sizes in added.items():
            self._count(owner, sizes)

    def clear(self, namespace_id: int) -> None:
        """Remove all exchanges of a namespace, in a transaction."""
        sql = "DELETE FROM exchanges WHERE namespace = ?"
        self._connection.run(sql, (namespace_id,))
        sql = "UPDATE namespaces SET seen = 0, kept = 0, bytes = 0 WHERE id = ?"
        self._connection.run(sql, (namespace_id,))

    def newest(self, namespace_id: int, limit: int | None, after: int) -> list[NumberedBytes]:
        """Return the newest exchanges that are written; see `Session.exchanges`."""
        rows = self._connection.rows(
            "SELECT number, encoded FROM exchanges WHERE namespace = ? AND number > ?"
            " ORDER BY number DESC LIMIT ?",
            (namespace_id, after, -1 if limit is None else limit),
        )
        return [NumberedBytes(*row) for row in rows]

    def last(self) -> int:
        """Return the largest number that an exchange has had."""
        row = self._connection.row("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'", ())
        return 0 if row is None else int(row[0])

    def size(self, namespace_id: int) -> JournalSize:
        """Return the numbers of exchanges that are written."""
        sql = "SELECT kept, seen FROM namespaces WHERE id = ?"
        return JournalSize(*self._connection.row(sql, (namespace_id,)))

    def _count(self, namespace_id: int, sizes: list[int]) -> None:
        """Count exchanges that were added, and remove the oldest ones if there are too many."""
        seen, kept, size = self._connection.row(
            "SELECT seen, kept, bytes FROM namespaces WHERE id = ?", (namespace_id,)
        )
        seen, kept, size = seen + len(sizes), kept + len(sizes), size + sum(sizes)
        while kept > self.most or size > self.most_bytes:
            oldest = self._connection.rows(
                "SELECT number, length(encoded) FROM exchanges WHERE namespace = ?"
                " ORDER BY number LIMIT ?",
                (namespace_id, max(kept - self.most, 1)),
            )
            sql = "DELETE FROM exchanges WHERE namespace = ? AND number <= ?"
            self._connection.run(sql, (namespace_id, oldest[-1][0]))
            kept -= len(oldest)
            size -= sum(length for _, length in oldest)
        self._connection.run(
            "UPDATE namespaces SET seen = ?, kept = ?, bytes = ? WHERE id = ?",
            (seen, kept, size, namespace_id),
        )
