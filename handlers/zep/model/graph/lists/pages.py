"""Pages of what a graph holds, in an order, from an opaque cursor on.

Items are records or what is derived from them; each has a `uuid`, and shows when it was created. A
cursor is the order, the sort key and the uuid of the last item of a page, so that items that are
added or deleted in between neither repeat others nor leave others out.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

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


def page_of(
    items: Iterable[Item],
    keys: SortKeys,
    order: str,
    *,
    descending: bool,
    limit: int | None,
    after: Cursor | None = None,
) -> Page:
    """Return a page of items. Raises Problem 404 for a cursor of another list."""
    key = keys[order]
    decorated = sorted(((key(item), str(item["uuid"]), item) for item in items), key=_place)
    if descending:
        decorated.reverse()
    if after is not None:
        decorated = [one for one in decorated if _is_after(one, after)]
    taken = decorated[:limit]
    following = None
    if len(decorated) > len(taken) > 0:
        following = encode(Cursor(order, descending, taken[-1][0], taken[-1][1]))
    return Page([item for _, _, item in taken], following, order)


def _place(decorated: tuple[Any, str, Item]) -> tuple[Any, str]:
    return decorated[0], decorated[1]


def _is_after(decorated: tuple[Any, str, Item], last: Cursor) -> bool:
    place, before = _place(decorated), (last.key, last.uuid)
    if isinstance(place[0], str) is not isinstance(before[0], str):
        raise not_found()
    return place < before if last.descending else place > before


def encode(cursor: Cursor) -> str:
    """Return a cursor as clients see it."""
    return urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def decode(text: str, keys: Container[str]) -> Cursor:
    """Return a cursor of a list that has these orders. Raises Problem 404 if it is none."""
    try:
        encoded = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        cursor = msgspec.json.decode(encoded, type=Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise not_found() from None
    if cursor.order not in keys:
        raise not_found()
    return cursor
