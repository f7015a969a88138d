"""A transaction: one attempt at a request, or at other work, in a namespace of a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.runtime.stores.buffered_store import BufferedStore
from understudy.runtime.stores.database import Changes, Session
from understudy.runtime.transactions.counters import CountedBefore, StoredCounters
from understudy.runtime.transactions.messages import Message, encode_message


class Transaction:
    """Collects what an attempt changes, and commits it at the end."""

    def __init__(self, session: Session, counted: CountedBefore) -> None:
        self.session = session
        self.changes = Changes()
        self.counters = StoredCounters(session, self.changes, counted)
        #: Called once the commit is done.
        self.calls_after_commit: list[Callable[[], object]] = []
        #: Whether nothing is to be committed.
        self.is_discarded = False
        self._stores: dict[tuple[str, str], BufferedStore] = {}

    def store(self, api: str, tenant: str) -> BufferedStore:
        """Return the store of a tenant of an API; that of the namespace itself has neither."""
        store = self._stores.get((api, tenant))
        if store is None:
            store = BufferedStore(self.session, self.counters, api, tenant)
            self._stores[api, tenant] = store
        return store

    def drop_stores(self, api: str | None) -> None:
        """Remove all records of an API, or of all; those of the namespace itself stay."""
        names = {name[:2] for name in self.session.tables()} | self._stores.keys()
        for of_api, tenant in names:
            if of_api and api in (None, of_api):
                self.store(of_api, tenant).drop()

    def after_commit(self, call: Callable[[], object]) -> None:
        """Call a function once the commit is done."""
        self.calls_after_commit.append(call)

    def send(self, kind: str, **content: Any) -> None:
        """Send a message to all processes that share the database, with the commit."""
        self.changes.messages.append(encode_message(Message(kind, content)))

    def discard(self) -> None:
        """Commit nothing."""
        self.is_discarded = True

    def close(self) -> None:
        """Let go of what refers to the transaction in a circle."""
        self.calls_after_commit = []
        self._stores.clear()

    def commit(self) -> None:
        """Commit. Raises Conflict and StoreUnavailable."""
        if self.is_discarded:
            return
        for store in self._stores.values():
            store.add_to(self.changes)
        self.session.commit(self.changes)
