"""Cursors: texts that name the position of an item in the order of a list.

What is added or deleted meanwhile neither repeats nor hides other items on the pages after.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

#: The sort key of an item: it is unique in its list, and sorts among those of the other items.
Position = tuple[Any, ...]


def encode(parts: Sequence[Any]) -> str:
    """Return a cursor, as clients see it, of JSON values."""
    text = json.dumps(parts, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(cursor: str) -> list[Any]:
    """Return the values of a cursor. Raises ValueError if it is none."""
    try:
        parts = json.loads(urlsafe_b64decode(cursor.encode() + b"=="))
    except RecursionError:
        parts = None
    if not isinstance(parts, list):
        raise ValueError("no cursor")
    return parts


def items_after(
    items: Iterable[T],
    position: Callable[[T], Position],
    after: Position | None,
    *,
    descending: bool,
) -> list[T]:
    """Return the items after a position, in order. Raises ValueError for one of another list."""
    ordered = sorted(items, key=position)
    try:
        if after is None:
            return ordered[::-1] if descending else ordered
        if descending:
            return ordered[: bisect_left(ordered, after, key=position)][::-1]
        return ordered[bisect_right(ordered, after, key=position) :]
    except TypeError:  # its values have other types
        raise ValueError("a cursor of another list") from None
