"""What one process keeps of a namespace whose state is in a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from understudy.runtime.clock import Clock
from understudy.runtime.counters import MemoryCounters
from understudy.runtime.ids import Ids
from understudy.runtime.journal import MemoryJournal, Signal
from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.namespaces.namespace import Namespace, Parts, Shared
from understudy.runtime.namespaces.worlds import MemoryWorlds
from understudy.runtime.snapshots import MemorySnapshots
from understudy.runtime.webhooks import Deliveries
from understudy.runtime.work.timer import Timer

#: Seconds after which those who wait for an exchange look again.
_INTERVAL = 0.05


def _call(function: Callable[[], object]) -> None:
    function()


class PolledSignal(Signal):
    """A signal that is given again and again, so that those who wait look into the database."""

    async def wait(self, seconds: float | None, since: int | None = None) -> bool:
        """Wait a moment; return whether that is less than `seconds`."""
        is_over = seconds is not None and seconds < _INTERVAL
        await asyncio.sleep(max(seconds, 0) if seconds is not None and is_over else _INTERVAL)
        return not is_over


class LocalParts:
    """The deliveries and the timer of a namespace in this process, and the signal for changes of
    its clock and settings."""

    def __init__(self, name: str, shared: Shared, expire: Callable[[], object]) -> None:
        self.deliveries = Deliveries(shared.budget)
        self.changed = Signal()
        #: Held by a request that is run again, and by one before which others have to wait.
        self.again, self.alone = asyncio.Lock(), asyncio.Lock()
        self.timer = Timer(expire)
        #: A namespace without state.
        self.detached = Namespace(name, shared, self._detached_parts(name, shared.budget))

    @property
    def is_in_use(self) -> bool:
        """Return whether something waits for one of them."""
        return bool(self.changed.waiting) or self.timer.is_set or any(self.deliveries)

    def stop(self) -> None:
        """Cancel what this process would still do by itself."""
        self.timer.cancel()
        self.deliveries.cancel()

    def _detached_parts(self, name: str, budget: MemoryBudget) -> Parts:
        return Parts(
            clock=Clock(),
            ids=Ids(name),
            counters=MemoryCounters(),
            journal=MemoryJournal(budget=budget),
            snapshots=MemorySnapshots(budget, name),
            worlds=MemoryWorlds(name, budget),
            deliveries=self.deliveries,
            delivery_records=self.deliveries,
            budget=budget,
            after_commit=_call,
            stop=self.stop,
        )
