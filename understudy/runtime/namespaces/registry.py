"""The namespaces of one app, by name: the interface that memory and databases share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from understudy.runtime.journal import Signal
from understudy.runtime.namespaces.namespace import Namespace, Shared

Result = TypeVar("Result")


class NamespaceRegistry(Protocol):
    """The namespaces of one app.

    All work on a namespace is done by `transact`: of a database, a `Namespace` lives no longer than
    that. All methods may raise StoreUnavailable, if there is a database.
    """

    shared: Shared

    async def transact(self, name: str, work: Callable[[Namespace], Result]) -> Result:
        """Return what `work` returns for a namespace, and keep what it changes, all or nothing if
        it raises. It may be called several times, in another thread. Raises Problem 400 if the name
        is not allowed, and 503 if there is no room for it."""

    def transact_soon(self, name: str, work: Callable[[Namespace], object]) -> None:
        """Do the same in the background; in memory, at once."""

    async def wait_until(self, name: str, micros: int, seconds: float) -> bool:
        """Wait until the clock of a namespace shows a time or a later one; a frozen clock has to be
        moved. With a database, return False after so many seconds, for the caller to say that it
        still waits."""

    def for_each(self, work: Callable[[Namespace], Result], most: int) -> list[Result]:
        """Return what `work` returns for each of at most `most` namespaces, the most recently used
        first, if that is known; nothing that it changes is kept. With a database it blocks."""

    async def in_each(
        self, work: Callable[[Namespace], Result], most: int | None = None
    ) -> list[Result]:
        """Do the same without blocking; without `most`, for all namespaces."""

    async def last_exchange(self) -> int:
        """Return a number that all exchanges of journals from now on are above, and none before."""

    def signal(self, name: str | None) -> Signal:
        """Return the signal for new exchanges in a journal, or in all (None)."""

    def drop(self, name: str) -> bool:
        """Remove a namespace and all its state; return whether there was one."""

    def __contains__(self, name: str) -> bool:
        """Return whether there may be a namespace of that name already."""

    async def number(self) -> int:
        """Return the number of namespaces."""

    async def check(self) -> None:
        """Raise StoreUnavailable if state cannot be read and written now."""
