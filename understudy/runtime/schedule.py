"""Requests that a test has planned: at a moment of the namespace's clock, or once it has seen so
many requests of a kind. They are how state changes by itself: a session that ends in 5 minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from understudy.http.messages import Request
from understudy.runtime.request_matcher import MatchCandidate, RequestMatcher

#: Requests that a namespace may have planned.
MOST_PLANNED = 100


@dataclass(slots=True)
class ScheduledRequest:
    """A request to make at `due` (in microseconds), or when `left` more requests fit `after`; once
    made, with the `status` of its answer."""

    id: str
    request: Request
    told: Mapping[str, Any]
    due: int | None = None
    after: RequestMatcher | None = None
    left: int = 1
    status: int | None = None


class Schedule:
    """What one namespace has planned. Each request is made once, and stays to be looked at."""

    __slots__ = ("_count", "planned", "waiting")

    def __init__(self) -> None:
        self.planned: dict[str, ScheduledRequest] = {}
        #: Those that are still to be made.
        self.waiting: dict[str, ScheduledRequest] = {}
        self._count = 0

    def plan(
        self,
        request: Request,
        told: Mapping[str, Any],
        *,
        due: int | None = None,
        after: RequestMatcher | None = None,
        times: int = 1,
    ) -> ScheduledRequest:
        """Add a request; the oldest that was made goes, where there are too many. Raises
        OverflowError where too many wait."""
        if len(self.waiting) >= MOST_PLANNED:
            raise OverflowError(f"a namespace may have at most {MOST_PLANNED} planned requests")
        if len(self.planned) >= MOST_PLANNED:
            del self.planned[next(name for name in self.planned if name not in self.waiting)]
        self._count += 1
        name = str(self._count)
        planned = ScheduledRequest(name, request, told, due, after, times)
        self.planned[name] = self.waiting[name] = planned
        return planned

    def due(self, now: int) -> list[ScheduledRequest]:
        """Those whose moment has come, the earliest first; they wait no longer."""
        ready = [p for p in self.waiting.values() if p.due is not None and p.due <= now]
        return self._taken(sorted(ready, key=lambda planned: planned.due or 0))

    def seen(self, subject: MatchCandidate) -> list[ScheduledRequest]:
        """Those that waited for this request, and now no longer."""
        ready = []
        for planned in self.waiting.values():
            if planned.after is not None and planned.after.matches(subject):
                planned.left -= 1
                if planned.left <= 0:
                    ready.append(planned)
        return self._taken(ready)

    def _taken(self, ready: list[ScheduledRequest]) -> list[ScheduledRequest]:
        for planned in ready:
            del self.waiting[planned.id]
        return ready

    def forget(self, name: str) -> bool:
        """Forget a planned request; whether there was one."""
        self.waiting.pop(name, None)
        return self.planned.pop(name, None) is not None

    def clear(self) -> None:
        """Forget all; ids begin again."""
        self.planned.clear()
        self.waiting.clear()
        self._count = 0
