"""Pages of what a graph holds, in an order, from an opaque cursor on.

Items are records or what is derived from them; each has a `uuid`, and shows when it was created. A
cursor is the order, the sort key and the uuid of the last item of a page, so that items that are
added or deleted in between neither repeat others nor leave others out.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from ...cursors import Position, decode, encode, items_after
from ...records import not_found

Item = Mapping[str, Any]
#: What a list may be ordered by: the sort key of an item.
SortKeys = Mapping[str, Callable[[Item], str | int]]


def by_uuid(item: Item) -> str:
    """Return the sort key of the order `uuid`."""
    return str(item["uuid"])


class Page(NamedTuple):
    """The items of a page, the cursor of the next one, if there is one, and their order."""

    items: list[Any]
    next_cursor: str | None
    order: str


class Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """Where a page ends: in which order, and after which item."""

    order: str
    descending: bool
    key: str | int
    uuid: str


class PageRequest(NamedTuple):
    """Which page of a list a client asks for."""

    order: str
    descending: bool
    limit: int | None
    after: Cursor | None = None

    def after_item(self, item: Item, keys: SortKeys) -> PageRequest:
        """Return a request for the page after an item."""
        cursor = Cursor(self.order, self.descending, keys[self.order](item), item["uuid"])
        return self._replace(after=cursor)

    def cursor_after(self, key: str | int, uuid: str) -> str:
        """Return the cursor of the page after an item, as clients see it."""
        return encode((self.order, self.descending, key, uuid))


def page_of(items: Iterable[Item], keys: SortKeys, asked: PageRequest) -> Page:
    """Return a page of items. Raises Problem 404 for a cursor of another list."""
    key, after = keys[asked.order], asked.after

    def position(item: Item) -> Position:
        return key(item), str(item["uuid"])

    last = None if after is None else (after.key, after.uuid)
    try:
        left = items_after(items, position, last, descending=asked.descending)
    except ValueError:
        raise not_found() from None
    taken = left[: asked.limit]
    more = len(left) > len(taken) > 0
    following = asked.cursor_after(*position(taken[-1])) if more else None
    return Page(taken, following, asked.order)


def read_cursor(text: str, keys: Container[str]) -> Cursor:
    """Return a cursor of a list that has these orders. Raises Problem 404 if it is none."""
    try:
        cursor = msgspec.convert(decode(text), Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise not_found() from None
    if cursor.order not in keys:
        raise not_found()
    return cursor
