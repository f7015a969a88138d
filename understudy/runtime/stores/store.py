"""State as handlers see it: collections of JSON records, with the indexes that they are listed by.

A handler names a `Collection` and a key; it never holds a container. It must not change a record
that it has read; it puts a new record instead. Records are JSON: each store may keep them encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """An order to list records in.

    Records are sorted by the field `order`, without one by their insertion; in one list, or in one
    list for each value of the field `group`. A missing or null value sorts first. The values of
    both fields are texts, numbers or null.
    """

    order: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of records, and the indexes that they can be listed by.

    `record` is the type of the records, such as a TypedDict: imported records must fit it. `key` is
    the field, if there is one, that has the key that a record is stored under. Records that are
    `evictable`, such as files, count in the memory budget of all namespaces, and the oldest of them
    are removed if they take too much; a database keeps them like all others.
    """

    name: str
    indexes: tuple[Index, ...] = ()
    record: Any = None
    key: str | None = None
    evictable: bool = False


class Store(Protocol):
    """The interface of a store: the records of one tenant of one API.

    A request reads its own writes. The cost of a list depends on what it returns, not on the number
    of records.
    """

    def get(self, collection: Collection, key: str) -> Record | None:
        """Return the record with this key, or None."""

    def put(self, collection: Collection, key: str, record: Record) -> None:
        """Add the record, or replace the one with this key; the new one keeps its position in the
        order of insertion."""

    def delete(self, collection: Collection, key: str) -> bool:
        """Remove the record; return whether there was one."""

    def position(self, collection: Collection, key: str) -> int | None:
        """Return the record's position in the order of insertion, a number that grows from record
        to record; None if there is no such record, or a database has not committed it yet."""

    def serial(self, collection: Collection) -> int:
        """Return the next of the integers 1, 2, 3...; none is returned twice, whatever is rolled
        back. For numbers that clients see; lists by insertion need none."""

    def count(self, collection: Collection, index: Index, group: Any = None) -> int:
        """Return the number of records that `index` lists (for `group`)."""

    def list(
        self,
        collection: Collection,
        index: Index,
        group: Any = None,
        *,
        descending: bool = False,
        offset: int = 0,
        limit: int | None = None,
        above: Any = None,
        below: Any = None,
    ) -> list[Record]:
        """Return records in the order of `index` (for `group`).

        Only those whose order value is strictly above `above` and strictly below `below`; of these,
        `limit` records after the first `offset`. Records with one order value come in the order of
        their insertion. In an index by insertion, the order value is the `position`.
        """

    def commit(self) -> None:
        """Keep all writes since the last commit; a database writes them when the request ends."""

    def rollback(self) -> None:
        """Roll back all writes since the last commit."""

    def size(self) -> int:
        """Return the number of records; with a database, all of them are read for it."""

    def dump(self) -> dict[str, Any]:
        """Return all records: for each collection, by name, its `records` by key, in the order of
        insertion, and the last `serial` that it returned. Nothing may be uncommitted."""

    def load(self, dumped: Mapping[Collection, Mapping[str, Any]]) -> None:
        """Replace all records by what `dump` returned."""
