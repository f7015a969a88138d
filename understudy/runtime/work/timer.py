"""The timer of a namespace: it does due work by itself while the clock runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import ref

if TYPE_CHECKING:
    from understudy.runtime.namespaces.namespace import Namespace

#: The longest time that a timer waits, in microseconds; then it looks again.
_LONGEST = 3_600_000_000


class Timer:
    """The timer for the earliest due time of a namespace's worlds; it keeps no namespace alive."""

    __slots__ = ("_handle", "_namespace")

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = ref(namespace)
        self._handle: asyncio.Handle | None = None

    def set(self) -> None:
        """Look at the due times once the present request or change is done.

        Not at once: a request may be handled at another time of the clock than the present one.
        """
        self.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server runs, so no time passes either
            return
        self._handle = loop.call_soon(_expire, self._namespace)

    def wait_until(self, due: int, now: int) -> None:
        """Expire at a time of the running clock."""
        self.cancel()
        seconds = min(max(due - now, 0), _LONGEST) / 1_000_000
        loop = asyncio.get_running_loop()
        self._handle = loop.call_later(seconds, _expire, self._namespace)

    def cancel(self) -> None:
        """Stop waiting."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


def _expire(reference: ref[Namespace]) -> None:
    namespace = reference()
    if namespace is not None:
        namespace.on_timer()
