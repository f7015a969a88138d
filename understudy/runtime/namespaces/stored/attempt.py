"""One attempt at work in a namespace of a database: the namespace is made, and saved at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from understudy.runtime.clock import Clock
from understudy.runtime.events import Event
from understudy.runtime.journal import Signal
from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.namespaces.namespace import Namespace, Parts, Standing
from understudy.runtime.namespaces.stored.control_records import ControlRecords
from understudy.runtime.namespaces.stored.deliveries import StoredDeliveries
from understudy.runtime.namespaces.stored.ids import StoredIds
from understudy.runtime.namespaces.stored.journal import StoredJournal
from understudy.runtime.namespaces.stored.local_parts import LocalParts
from understudy.runtime.namespaces.stored.snapshots import StoredSnapshots
from understudy.runtime.namespaces.stored.worlds import StoredWorlds
from understudy.runtime.transactions.counters import CountedBefore
from understudy.runtime.transactions.messages import CANCEL, CHANGED, EVENTS
from understudy.runtime.transactions.transaction import Transaction
from understudy.runtime.work.work import NEVER

if TYPE_CHECKING:
    from understudy.runtime.namespaces.stored.registry import StoredRegistry

Result = TypeVar("Result")

#: Bytes that the fault rules and the scheduled requests of one namespace may take, twice over.
_MOST_PLANNED = 64_000_000


class Attempt:
    """An attempt of a request, which is made again after a Conflict; `counted` is what all of them
    count."""

    def __init__(
        self,
        registry: StoredRegistry,
        name: str,
        local: LocalParts,
        counted: CountedBefore,
    ) -> None:
        self._registry = registry
        self._name = name
        self._local = local
        self._counted = counted
        #: What the attempt before has read.
        self.reads: Any = None
        self._calls: list[Callable[[], object]] = []
        self._next_due, self._now = NEVER, 0

    def run(self, work: Callable[[Namespace], Result]) -> Result:
        """Do work, and commit what it changes; nothing if it raises. Raises Conflict."""
        with self._begun() as namespace:
            return work(namespace)

    async def run_waiting(self, work: Callable[[Namespace], Awaitable[Result]]) -> Result:
        """Do work that may wait."""
        with self._begun() as namespace:
            return await work(namespace)

    def read(self, work: Callable[[Namespace], Result]) -> Result:
        """Return what `work` returns; nothing that it changes is kept. No commit would find what
        this process knows to be outdated, so it is read anew."""
        with self._begun(known=False) as namespace:
            namespace.discard()
            return work(namespace)

    @contextmanager
    def _begun(self, *, known: bool = True) -> Iterator[Namespace]:
        """Yield the namespace, and commit what has changed at the end of the block, unless it is
        discarded. The first attempt may take the control record as `known`."""
        session = self._registry.database.session(self._name, self.reads)
        try:
            transaction = Transaction(session, self._counted)
            known = known and self.reads is None
            namespace, records, worlds = self._namespace(transaction, known=known)
            try:
                yield namespace
                if not transaction.is_discarded:
                    self._commit(transaction, namespace, records, worlds)
            finally:
                worlds.close()
                transaction.close()
        finally:
            self.reads = session.reads
            session.close()

    def _commit(
        self,
        transaction: Transaction,
        namespace: Namespace,
        records: ControlRecords,
        worlds: StoredWorlds,
    ) -> None:
        if records.save(namespace, worlds.due_times()) and not records.is_new:
            transaction.send(CHANGED)
        transaction.commit()
        self._calls = transaction.calls_after_commit
        if not namespace.clock.frozen:
            self._next_due, self._now = worlds.next_due(), namespace.clock.now()

    def finish(self) -> None:
        """Do what is to be done in the event loop after the commit."""
        calls, self._calls = self._calls, []
        for call in calls:
            call()
        if self._next_due != NEVER:
            self._local.timer.wait_until(self._next_due, self._now)

    def _namespace(
        self, transaction: Transaction, *, known: bool
    ) -> tuple[Namespace, ControlRecords, StoredWorlds]:
        """Return the namespace as it is in the database; a new one is put into its first state."""
        registry, name, store = self._registry, self._name, transaction.store("", "")
        records = ControlRecords(name, transaction.session, store, registry.records, known)
        worlds = StoredWorlds(transaction, records.due_times, registry.templates)
        deliveries = StoredDeliveries(store, registry.database.time_ns)

        def stop() -> None:
            transaction.send(CANCEL)
            deliveries.clear()

        parts = Parts(
            clock=Clock(registry.database.time_ns),
            ids=StoredIds(records.seed, transaction.counters),
            counters=transaction.counters,
            journal=StoredJournal(transaction.session, transaction.changes, Signal()),
            snapshots=StoredSnapshots(store),
            worlds=worlds,
            deliveries=self._local.deliveries,
            delivery_records=deliveries,
            budget=MemoryBudget(_MOST_PLANNED),
            after_commit=transaction.after_commit,
            stop=stop,
            discard=transaction.discard,
        )
        namespace = Namespace(name, registry.shared, parts)
        worlds.make = namespace.make_world
        if registry.on_events is not None:
            for api in registry.templates:
                namespace.listeners[api] = partial(_send_events, transaction, api)
        if not records.is_new:
            namespace.standing = Standing.KEPT
            records.load(namespace)
        elif registry.shared.initialize is not None:
            registry.shared.initialize(namespace)
        return namespace, records, worlds


def _send_events(transaction: Transaction, api: str, events: list[Event]) -> None:
    transaction.send(EVENTS, api=api, events=events)
