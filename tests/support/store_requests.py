"""Requests on each kind of store, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tests.support.databases import FACTORIES
from understudy.runtime.stores.database import Database
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Store
from understudy.runtime.transactions.counters import CountedBefore
from understudy.runtime.transactions.transaction import Transaction


class StoreRequests(Protocol):
    """A store, as a request has it."""

    store: Store

    def next(self) -> None:
        """Commit, and begin the next request."""

    def close(self) -> None:
        """Let go of the store."""


class MemoryRequests:
    """Requests on a store in memory."""

    def __init__(self) -> None:
        self.store: Store = MemoryStore()

    def next(self) -> None:
        """Commit, and begin the next request."""
        self.store.commit()

    def close(self) -> None:
        """Do nothing."""


class DatabaseRequests:
    """Requests on a database: each has a session and a store of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.open()
        self._begin()

    def _begin(self) -> None:
        self._transaction = Transaction(self._database.session("n"), CountedBefore())
        self.store: Store = self._transaction.store("api", "tenant")

    def next(self) -> None:
        """Commit, and begin the next request."""
        self.store.commit()
        self._transaction.commit()
        self._begin()

    def close(self) -> None:
        """Close the database."""
        self._transaction.session.close()
        self._database.close()


def _of_database(name: str) -> Callable[[Path], StoreRequests]:
    return lambda directory: DatabaseRequests(FACTORIES[name](directory))


#: What makes the requests on each kind of store, by its name; a directory is for its files.
STORES: dict[str, Callable[[Path], StoreRequests]] = {
    "memory": lambda _: MemoryRequests(),
    **{name: _of_database(name) for name in FACTORIES},
}
