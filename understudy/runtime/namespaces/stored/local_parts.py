"""What one process keeps of a namespace whose state is in a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from understudy.runtime.journal import Signal
from understudy.runtime.namespaces.namespace import Namespace, Shared, memory_parts
from understudy.runtime.work.timer import Timer

#: Seconds after which those who wait for an exchange look again.
_INTERVAL = 0.05


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
        self.changed = Signal()
        #: Held by a request that is run again, and by one before which others have to wait.
        self.again, self.alone = asyncio.Lock(), asyncio.Lock()
        self.timer = Timer(expire)
        parts = memory_parts(name, shared, self.timer)
        self.deliveries = parts.deliveries
        #: Cancels what this process would still do by itself.
        self.stop = parts.stop
        #: A namespace without state, which does no due work.
        self.detached = Namespace(name, shared, replace(parts, timer=None))

    @property
    def is_in_use(self) -> bool:
        """Return whether something waits for one of them."""
        return bool(self.changed.waiting) or self.timer.is_set or any(self.deliveries)
