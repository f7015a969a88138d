"""The places of records in indexes, in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from understudy.runtime.stores.database import Page
from understudy.runtime.stores.sqlite.connection import Connection

#: A place of a record: number of the index, group, order.
StoredPlace = tuple[int, bytes, bytes]

#: Groups with as many records are counted once; then their number is remembered.
_LARGE = 500

_ADD = "INSERT INTO places VALUES (?, ?, ?, ?, ?)"
_REMOVE = (
    "DELETE FROM places WHERE table_id = ? AND number = ? AND group_key = ? AND order_key = ?"
    " AND position = ?"
)


class StoredPlaces:
    """The places of all records. Only this process writes to the file, so the numbers of records of
    large groups are remembered until `forget`, which must be called when a transaction was rolled
    back."""

    __slots__ = ("_connection", "_large")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._large: dict[tuple[int, int, bytes], int] = {}

    def forget(self) -> None:
        """Forget numbers of records."""
        self._large.clear()

    def positions(self, table_id: int, number: int, page: Page) -> list[int]:
        """Return the positions of the records of a page, in its order."""
        limits = [limit for limit in (page.above, page.below) if limit is not None]
        values = [table_id, number, page.group, *limits]
        values += [-1 if page.limit is None else page.limit, page.offset]
        sql = _page_sql(page.descending, _column(page.above), _column(page.below))
        return [position for (position,) in self._connection.rows(sql, values)]

    def count(self, table_id: int, number: int, group: bytes) -> int:
        """Return the number of records of a group."""
        place = (table_id, number, group)
        count = self._large.get(place)
        if count is None:
            sql = "SELECT count(*) FROM places WHERE table_id = ? AND number = ? AND group_key = ?"
            (count,) = self._connection.row(sql, place)
            if count >= _LARGE:
                self._large[place] = count
        return int(count)

    def move(
        self, table_id: int, position: int, old: Sequence[StoredPlace], new: Sequence[StoredPlace]
    ) -> None:
        """Move a record from its old places to new ones, in a transaction."""
        before, after = set(old), set(new)
        gone, added = before - after, after - before
        if gone:
            rows = [(table_id, *place, position) for place in gone]
            self._connection.run_many(_REMOVE, rows)
        if added:
            rows = [(table_id, *place, position) for place in added]
            self._connection.run_many(_ADD, rows)
        if self._large:
            self._add_to_counts(table_id, gone, -1)
            self._add_to_counts(table_id, added, 1)

    def clear(self, table_id: int) -> None:
        """Remove the places of all records of a table, in a transaction."""
        self._connection.run("DELETE FROM places WHERE table_id = ?", (table_id,))
        self.forget()

    def _add_to_counts(self, table_id: int, places: Iterable[StoredPlace], amount: int) -> None:
        for number, group, _ in places:
            place = (table_id, number, group)
            if place in self._large:
                self._large[place] += amount


def _column(limit: bytes | int | None) -> str | None:
    """Return what a limit of a page is compared with."""
    if limit is None:
        return None
    return "position" if isinstance(limit, int) else "order_key"


@cache
def _page_sql(descending: bool, above: str | None, below: str | None) -> str:
    """Return the query for a page, whose limits are compared with these columns."""
    conditions = "table_id = ? AND number = ? AND group_key = ?"
    if "position" in (above, below):  # such an index has no order; said here, it is found at once
        conditions += " AND order_key = x''"
    if above is not None:
        conditions += f" AND {above} > ?"
    if below is not None:
        conditions += f" AND {below} < ?"
    direction = "DESC" if descending else "ASC"
    return (
        f"SELECT position FROM places WHERE {conditions}"  # noqa: S608  (nothing of a request)
        f" ORDER BY order_key {direction}, position {direction} LIMIT ? OFFSET ?"
    )
