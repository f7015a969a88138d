"""The memory that the namespaces of an app may take together for what they keep beside their state.

Its parts: the journals; what is planned or uploaded (fault rules, scheduled requests, snapshots,
callbacks and webhooks under way, evictable records); and the bodies of requests that are being
received. What is planned may take a half, bodies a quarter, and journals what is left. Over that,
the oldest exchanges are removed from the journals, the oldest plans from their namespaces, and
bodies are refused.
"""

from __future__ import annotations

import logging
import sys
from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakSet

from understudy.throttle import Throttle

if TYPE_CHECKING:
    from understudy.runtime.journal import MemoryJournal

Item = TypeVar("Item")

log = logging.getLogger("understudy")

#: Bytes without `serve --max-memory`.
DEFAULT_MOST: Final = 256_000_000

#: The smallest budget, in bytes, in which the largest bodies find room.
LEAST: Final = 32_000_000


class OutOfMemoryBudget(OverflowError):
    """Something is larger than what it may take of the budget."""


class MemoryBudget:
    """The budget of all namespaces of one app, in bytes; `used` is taken."""

    __slots__ = ("_last", "_warnings", "journals", "most", "parts", "planned", "uploads", "used")

    def __init__(self, most: int = DEFAULT_MOST) -> None:
        self.most = most
        self.used = 0
        self.planned = 0
        self.uploads = 0
        self.journals: WeakSet[MemoryJournal] = WeakSet()
        self.parts: WeakSet[PlannedItems[Any]] = WeakSet()
        self._last = 0
        self._warnings = Throttle()

    def shrink_journals(self) -> None:
        """Remove the oldest exchanges of all journals until an eighth of the budget is free, so
        that it need not be done for each exchange."""
        target = self.most - self.most // 8
        heap = [(journal.oldest, number, journal) for number, journal in enumerate(self.journals)]
        heap = [entry for entry in heap if entry[0]]
        heapify(heap)
        removed = 0
        while heap and self.used > target:
            _, number, journal = heap[0]
            journal.remove_oldest()
            removed += 1
            if journal.oldest:
                heapreplace(heap, (journal.oldest, number, journal))
            else:
                heappop(heap)
        if removed:
            self._say(f"removed the {removed} oldest exchanges from journals")

    def claim_upload(self, size: int) -> None:
        """Take memory for a part of a body that is being received. Raises OutOfMemoryBudget."""
        if self.uploads + size > self.most // 4:
            raise OutOfMemoryBudget(
                f"the bodies that are being received would take more than {self.most // 4} bytes, "
                "a quarter of what `serve --max-memory` allows"
            )
        self.uploads += size
        self.used += size
        if self.used > self.most:
            self.shrink_journals()

    def release_upload(self, size: int) -> None:
        """Give back the memory of a body."""
        self.uploads -= size
        self.used -= size

    @property
    def is_full_of_plans(self) -> bool:
        """Return whether nothing more can be planned unless something is removed."""
        return self.planned > self.most // 2

    def claim_planned(self, size: int, kind: str) -> int:
        """Take memory for something planned of a kind; return its age, a number that grows.

        The oldest plans are removed if there are too many. Raises OutOfMemoryBudget if this one
        alone is too large, or callbacks and webhooks under way leave no room.
        """
        most = self.most // 2
        while self.planned + size > most:
            parts = [] if size > most else [part for part in self.parts if part.oldest]
            if not parts:
                raise OutOfMemoryBudget(
                    f"the {kind} is too large: it takes {size} bytes, and half of what `serve "
                    f"--max-memory` allows is {most}"
                )
            oldest = min(parts, key=lambda part: part.oldest)
            self._say(f"removed the {oldest.remove_oldest()}")
        self.add_planned(size)
        self._last += 1
        return self._last

    def add_planned(self, size: int) -> None:
        """Take memory for something planned that nothing else makes room for."""
        self.planned += size
        self.used += size
        if self.used > self.most:
            self.shrink_journals()

    def release_planned(self, size: int) -> None:
        """Give back the memory of something planned."""
        self.planned -= size
        self.used -= size

    def _say(self, what: str) -> None:
        """Log what was removed: a warning, or information if there was one a short while ago."""
        log.log(
            logging.WARNING if self._warnings.permits() else logging.INFO,
            "%s: all namespaces together may take %d MB for journals and plans; `serve "
            "--max-memory` changes that",
            what,
            self.most // 1_000_000,
        )


class PlannedItems(Generic[Item]):
    """What one namespace has planned of one kind, by key, the oldest first."""

    #: What an item is called in the log.
    kind = "plan"

    __slots__ = ("__weakref__", "_ages", "_budget", "_namespace", "kept")

    def __init__(self, budget: MemoryBudget, namespace: str) -> None:
        self._budget = budget
        self._namespace = namespace
        self.kept: dict[str, Item] = {}
        #: The age and the size of each item, the oldest first.
        self._ages: dict[str, tuple[int, int]] = {}

    def keep(self, key: str, item: Item, size: int) -> None:
        """Keep an item that takes `size` bytes. Raises OutOfMemoryBudget."""
        age = self._budget.claim_planned(size, self.kind)
        self._release(key)
        self._ages[key] = age, size
        self.kept[key] = item
        self._budget.parts.add(self)

    def remove(self, key: str) -> bool:
        """Remove an item; return whether there was one."""
        self._release(key)
        return self.kept.pop(key, None) is not None

    def clear(self) -> None:
        """Remove all items."""
        for key in list(self.kept):
            self.remove(key)

    @property
    def oldest(self) -> int:
        """The age of the oldest item, 0 if there is none."""
        return next(iter(self._ages.values()), (0, 0))[0]

    def remove_oldest(self) -> str:
        """Remove the oldest item; return what it was."""
        key = next(iter(self._ages))
        self.remove(key)
        return f"{self.kind} {key} of the namespace {self._namespace}"

    def _release(self, key: str) -> None:
        _, size = self._ages.pop(key, (0, 0))
        self._budget.release_planned(size)


def size_in_memory(value: Any) -> int:
    """Return the bytes that a JSON value takes in memory."""
    size, pending = 0, [value]
    while pending:
        part = pending.pop()
        size += sys.getsizeof(part)
        if isinstance(part, dict):
            pending += part.keys()
            pending += part.values()
        elif isinstance(part, list | tuple):
            pending += part
    return size
