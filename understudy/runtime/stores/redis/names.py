"""The names of the namespaces that have something, in a set that all processes share.

In a cluster another server may have this set than a namespace, so that no transaction holds both.
A name is therefore added before the first commit of its namespace, and looked up in it when it is
listed. A commit to a namespace that has nothing is refused by its script unless the name was added
directly before: somebody may have dropped the namespace. A name that is removed is added again by
whoever sees that its namespace has something by then: the one who dropped it, or the one whose
commit came first in the meantime.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from understudy.runtime.stores.redis.keys import NAMESPACES, keys_of
from understudy.runtime.stores.redis.servers.server import Server


class Names:
    """The set, and which of its names this process has added. `server` finds that of a key."""

    __slots__ = ("_added", "_server")

    def __init__(self, server: Callable[[bytes], Server]) -> None:
        self._server = server
        self._added: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._added

    def announce(self, name: str) -> None:
        """Add a name before the first commit of its namespace. Raises StoreUnavailable."""
        self._server(NAMESPACES).ask(b"SADD", NAMESPACES, name.encode())

    def add(self, name: str) -> None:
        """Add a name after the commit: the namespace may have been dropped directly before it."""
        self.announce(name)
        self._added.add(name)

    def forget(self, name: str) -> None:
        """Note that a namespace has nothing any more."""
        self._added.discard(name)

    def remove(self, name: str) -> None:
        """Remove the name of a namespace that was dropped, unless it has something again."""
        self.forget(name)
        self._server(NAMESPACES).ask(b"SREM", NAMESPACES, name.encode())
        if self._has_something(name):
            self.announce(name)

    def all(self) -> Sequence[str]:
        """Return the names of the namespaces that have something, sorted."""
        names = self._server(NAMESPACES).ask(b"SMEMBERS", NAMESPACES)
        return sorted(filter(self._has_something, (name.decode() for name in names)))

    def _has_something(self, name: str) -> bool:
        keys = keys_of(name)
        names = (keys.state, keys.counters, keys.windows)
        return bool(self._server(keys.state).ask(b"EXISTS", *names))
