"""Requests that a test has planned: at a moment of the namespace's clock, or once it has seen so
many requests of a kind. They are how state changes by itself: a session that ends in 5 minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from understudy.exchange import Request
from understudy.matching import Pattern, Subject

#: Requests that a namespace may have planned.
MOST_PLANNED = 100


@dataclass(slots=True)
class Planned:
    """A request to make at `due` (in microseconds), or when `left` more requests fit `after`."""

    id: str
    request: Request
    told: Mapping[str, Any]
    due: int | None = None
    after: Pattern | None = None
    left: int = 1


class Schedule:
    """What one namespace has planned. Each request is made once."""

    __slots__ = ("_count", "planned")

    def __init__(self) -> None:
        self.planned: dict[str, Planned] = {}
        self._count = 0

    def plan(
        self,
        request: Request,
        told: Mapping[str, Any],
        *,
        due: int | None = None,
        after: Pattern | None = None,
        times: int = 1,
    ) -> Planned:
        """Add a request. Raises OverflowError where there are too many."""
        if len(self.planned) >= MOST_PLANNED:
            raise OverflowError(f"a namespace may have at most {MOST_PLANNED} planned requests")
        self._count += 1
        name = str(self._count)
        self.planned[name] = Planned(name, request, told, due, after, times)
        return self.planned[name]

    def due(self, now: int) -> list[Planned]:
        """Those whose moment has come, the earliest first; they are planned no longer."""
        ready = [p for p in self.planned.values() if p.due is not None and p.due <= now]
        return self._taken(sorted(ready, key=lambda planned: planned.due or 0))

    def seen(self, subject: Subject) -> list[Planned]:
        """Those that waited for this request; they are planned no longer."""
        ready = []
        for planned in self.planned.values():
            if planned.after is not None and planned.after.fits(subject):
                planned.left -= 1
                if planned.left <= 0:
                    ready.append(planned)
        return self._taken(ready)

    def _taken(self, ready: list[Planned]) -> list[Planned]:
        for planned in ready:
            del self.planned[planned.id]
        return ready

    def forget(self, name: str) -> bool:
        """Forget a planned request; whether there was one."""
        return self.planned.pop(name, None) is not None

    def clear(self) -> None:
        """Forget all; ids begin again."""
        self.planned.clear()
        self._count = 0
