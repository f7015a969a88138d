"""Pages of lists: `{"items", "next_cursor", "total_size"}`.

A cursor names the last item of a page by its position in the order of the list, so what is added or
deleted meanwhile changes no other page. It belongs to one list: one operation, order and filter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from understudy import Collection, Index, Problem, Record, World

from ....zep.model.cursors import Position, decode, encode, items_after
from ..errors import invalid

_DIGEST_SIZE = 6


class Request(NamedTuple):
    """Which page of which list a client asks for."""

    #: What makes the list another one: its name, its path, its filters.
    identity: tuple[Any, ...]
    page_size: int | None = None
    cursor: str | None = None
    descending: bool = False

    @property
    def size(self) -> int:
        """The number of items to return at most."""
        return self.page_size or 50

    def after(self) -> Position | None:
        """Return the position that the page begins after. Raises Problem 400 if it is no cursor."""
        if not self.cursor:
            return None
        try:
            digest, *position = decode(self.cursor)
        except ValueError:
            raise _refused() from None
        if digest != self._digest() or not position:
            raise _refused()
        return tuple(tuple(part) if isinstance(part, list) else part for part in position)

    def cursor_after(self, position: Position) -> str:
        """Return the cursor of the page after an item."""
        return encode((self._digest(), *position))

    def _digest(self) -> str:
        text = json.dumps([*self.identity, self.descending], sort_keys=True)
        return blake2b(text.encode(), digest_size=_DIGEST_SIZE).hexdigest()


def _refused() -> Problem:
    return invalid("query", "/cursor", "this is not a cursor that this list has returned")


def sortable(value: Any) -> Position:
    """Return a part of a position for a value that may be missing; such values sort first."""
    return (0,) if value is None else (1, value)


def page(
    items: Sequence[Any],
    position: Callable[[Any], Position],
    shown: Callable[[Any], Any],
    request: Request,
) -> dict[str, Any]:
    """Return a page of items, sorted by their positions; `shown` is called for those on it."""
    after = request.after()
    try:
        left = items_after(items, position, after, descending=request.descending)
    except ValueError:
        raise _refused() from None
    return _as_page(left, len(items), position, shown, request)


def ranked_page(
    items: Sequence[Any], shown: Callable[[Any], Any], request: Request
) -> dict[str, Any]:
    """Return a page of items that are in their order already, such as the results of a search."""
    numbered = list(enumerate(items))
    return page(numbered, lambda item: (item[0],), lambda item: shown(item[1]), request)


def stored_page(
    world: World,
    collection: Collection,
    index: Index,
    group: Any,
    shown: Callable[[Record], Any],
    request: Request,
    wanted: Callable[[Record], bool] | None = None,
) -> dict[str, Any]:
    """Return a page of what an index lists, if no two of its records have one order value.

    Its cost does not depend on the length of the list, unless not all records are `wanted`.
    """
    bound = _bound(request)
    records = world.store.list(
        collection,
        index,
        group,
        descending=request.descending,
        limit=None if wanted else request.size + 1,
        above=None if request.descending else bound,
        below=bound if request.descending else None,
    )
    if wanted is None:
        total = world.store.count(collection, index, group)
    else:
        total = sum(map(wanted, world.store.list(collection, index, group)))
        records = list(filter(wanted, records))

    def position(record: Record) -> Position:
        if index.order is not None:
            return (record.get(index.order) or 0,)
        return (world.store.position(collection, record[str(collection.key)]),)

    return _as_page(records, total, position, shown, request)


def _bound(request: Request) -> int | None:
    """Return the order value that the page begins after. Raises Problem 400."""
    after = request.after()
    bound = None if after is None else after[0]
    if bound is not None and not isinstance(bound, int):
        raise _refused()
    return bound


def _as_page(
    items: Sequence[Any],
    total: int,
    position: Callable[[Any], Position],
    shown: Callable[[Any], Any],
    request: Request,
) -> dict[str, Any]:
    """Return the page that the first of the remaining items make."""
    on_page = items[: request.size]
    more = len(items) > len(on_page)
    return {
        "items": [shown(item) for item in on_page],
        "next_cursor": request.cursor_after(position(on_page[-1])) if more else None,
        "total_size": total,
    }
