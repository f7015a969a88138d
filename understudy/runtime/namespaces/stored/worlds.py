"""The worlds of a namespace in a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from understudy.errors import Problem
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Store
from understudy.runtime.transactions.transaction import Transaction
from understudy.runtime.work.work import NEVER
from understudy.runtime.world import World, WorldTemplate

#: Tenants of all APIs that a namespace may have.
MOST_WORLDS = 10_000

#: When the work of worlds is due, by API and tenant.
DueTimes = dict[str, dict[str, int]]


class StoredWorlds:
    """The worlds of a namespace in one session; see `Worlds`.

    `due` has all worlds that there are; those of this request are made when they are first used.
    """

    def __init__(
        self,
        transaction: Transaction,
        due: DueTimes,
        templates: Mapping[str, WorldTemplate],
    ) -> None:
        self._transaction = transaction
        self._due = due
        #: Makes a world of the namespace.
        self.make: Callable[[WorldTemplate, Store], World]
        self._templates = templates
        self._live: dict[tuple[str, str], World] = {}

    def get(self, template: WorldTemplate, tenant: str) -> World | None:
        """See `Worlds`."""
        world = self._live.get((template.api, tenant))
        if world is None and tenant in self._due.get(template.api, ()):
            world = self.make(template, self._transaction.store(template.api, tenant))
            world.work.due = self._due[template.api][tenant]
            self._live[template.api, tenant] = world
        return world

    def new_store(self, api: str, tenant: str, records: MemoryStore | None = None) -> Store:
        """See `Worlds`."""
        store = self._transaction.store(api, tenant)
        if records is not None:
            store.load(records.content())
        return store

    def add(self, template: WorldTemplate, tenant: str, world: World) -> None:
        """See `Worlds`. Raises Problem 503 if there are too many."""
        if sum(map(len, self._due.values())) >= MOST_WORLDS:
            raise Problem(
                503,
                f"the namespace has the state of {MOST_WORLDS} tenants, the largest number; reset "
                "it by POST /_understudy/reset",
                code="TOO_MANY_TENANTS",
                headers=(("Retry-After", "60"),),
            )
        self._live[template.api, tenant] = world
        # The times that were read are shared with other requests, so they are not changed.
        times = {**self._due.get(template.api, {}), tenant: NEVER}
        self._due = {**self._due, template.api: times}

    def drop(self, api: str | None = None) -> None:
        """See `Worlds`."""
        self._transaction.drop_stores(api)
        self._due = {name: due for name, due in self._due.items() if api not in (None, name)}
        for key in [key for key in self._live if api in (None, key[0])]:
            del self._live[key]

    def tenants(self, api: str) -> list[str]:
        """See `Worlds`."""
        return list(self._due.get(api, ()))

    def of(self, template: WorldTemplate) -> Iterator[World]:
        """See `Worlds`."""
        for tenant in self.tenants(template.api):
            world = self.get(template, tenant)
            if world is not None:
                yield world

    def due(self, now: int) -> Iterator[World]:
        """See `Worlds`."""
        for api, times in self.due_times().items():
            for tenant in [tenant for tenant, due in times.items() if due <= now]:
                template = self._templates.get(api)
                world = None if template is None else self.get(template, tenant)
                if world is not None:
                    yield world

    def next_due(self) -> int:
        """See `Worlds`."""
        return min((due for t in self.due_times().values() for due in t.values()), default=NEVER)

    def size(self) -> None:
        """See `Worlds`; not known, because there may be millions."""

    def close(self) -> None:
        """Let go of the worlds, which refer to their namespace: no garbage collector is needed for
        what nothing refers to in a circle."""
        self._live.clear()
        del self.make

    def due_times(self) -> DueTimes:
        """Return when the work of all worlds is due, as it is now."""
        changed = [
            (*key, world.work.due)
            for key, world in self._live.items()
            if self._due[key[0]][key[1]] != world.work.due
        ]
        if changed:
            self._due = {api: dict(times) for api, times in self._due.items()}
            for api, tenant, due in changed:
                self._due[api][tenant] = due
        return self._due
