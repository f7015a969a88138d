"""Work that handlers do later: when it is due, and how it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.runtime.world import World

log = logging.getLogger("understudy")

#: The due time of a world that waits for nothing.
NEVER = 2**63

#: How often the hook `advance` may be called before the clock moves on. It is too often if the hook
#: asks for a time that has come already, again and again.
MOST_STEPS = 10_000


class Work:
    """The work of one world: `due` is when the hook `advance` is to be called, in microseconds."""

    __slots__ = ("_advance", "_on_change", "due")

    def __init__(self) -> None:
        self.due = NEVER
        self._advance: Callable[[World], None] | None = None
        self._on_change: Callable[[], None] | None = None

    def connect(
        self, advance: Callable[[World], None] | None, on_change: Callable[[], None] | None
    ) -> None:
        """Set the hook, and what is called whenever `due` becomes earlier."""
        self._advance, self._on_change = advance, on_change

    def wake_at(self, micros: int) -> None:
        """Set the due time; of several times the earliest counts."""
        if self._advance is not None and micros < self.due:
            self.due = micros
            if self._on_change is not None:
                self._on_change()

    def do(self, world: World) -> None:
        """Call the hook, and commit. If it fails, nothing is kept, and the log says why; it is
        called again when the world next asks for it."""
        assert self._advance is not None
        self.due = NEVER
        try:
            self._advance(world)
            world.commit()
        except Exception:
            log.exception("the hook advance failed")
            self.due = NEVER
            world.rollback()


def do_due_work(worlds: Iterable[World], now: int) -> None:
    """Do the work of worlds that is due by `now`, the earliest first, each with the clock at its
    own time."""
    queue = [(w.work.due, number, w) for number, w in enumerate(worlds) if w.work.due <= now]
    heapify(queue)
    for _ in range(MOST_STEPS):
        if not queue:
            return
        due, number, world = heappop(queue)
        with world.clock.frozen_at(due):
            world.work.do(world)
        if world.work.due <= now:
            heappush(queue, (world.work.due, number, world))
    for *_, world in queue:
        world.work.due = NEVER
    if queue:
        log.error("the hook advance was called %d times, and asks for more: given up", MOST_STEPS)
