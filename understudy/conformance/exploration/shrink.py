"""The shortest sequence that still shows a difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def ddmin(items: Sequence[T], shows: Callable[[list[T]], bool]) -> list[T]:
    """A shorter list that `shows` still: no single item can be left out of it (Zeller's ddmin,
    complements only). All of `items` are taken to show it."""
    items, parts = list(items), 2
    while len(items) >= 2:
        size = -(-len(items) // parts)
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if rest and shows(rest):
                items, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(items))
    return items
