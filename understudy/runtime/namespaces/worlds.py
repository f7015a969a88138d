"""The worlds of a namespace, by API and tenant."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from typing import Protocol

from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Store
from understudy.runtime.work.work import NEVER
from understudy.runtime.world import World, WorldTemplate

log = logging.getLogger("understudy")

#: Tenants of an API that a namespace keeps in memory; beyond it the least recently used is dropped.
MOST_WORLDS = 1000


class Worlds(Protocol):
    """The worlds of one namespace, in memory or in a database."""

    def get(self, template: WorldTemplate, tenant: str) -> World | None:
        """Return the world of a tenant of an API, if there is one."""

    def new_store(self, api: str, tenant: str, records: MemoryStore | None = None) -> Store:
        """Return the store for a new world, empty or with these records."""

    def add(self, template: WorldTemplate, tenant: str, world: World) -> None:
        """Add a world, in place of another one of this tenant."""

    def drop(self, api: str | None = None) -> None:
        """Drop the worlds of an API, or all."""

    def tenants(self, api: str) -> list[str]:
        """Return the tenants of an API, in the order in which they were used first."""

    def of(self, template: WorldTemplate) -> Iterator[World]:
        """Yield the worlds of an API."""

    def due(self, now: int) -> Iterator[World]:
        """Yield the worlds whose work is due by `now`; others may be among them."""

    def next_due(self) -> int:
        """Return when the next work of a world is due, or NEVER."""

    def size(self) -> int | None:
        """Return the number of records of all worlds; None if that is not known at once."""


class MemoryWorlds:
    """The worlds of one namespace in memory; see `Worlds`."""

    __slots__ = ("_budget", "_namespace", "_worlds")

    def __init__(self, namespace: str, budget: MemoryBudget) -> None:
        self._namespace = namespace
        self._budget = budget
        #: By API and tenant, the least recently used first.
        self._worlds: dict[str, OrderedDict[str, World]] = {}

    def get(self, template: WorldTemplate, tenant: str) -> World | None:
        """See `Worlds`; about 0.2 us."""
        worlds = self._worlds.get(template.api)
        if worlds is None:
            return None
        world = worlds.get(tenant)
        if world is not None and len(worlds) > 1:
            worlds.move_to_end(tenant)
        return world

    def new_store(self, api: str, tenant: str, records: MemoryStore | None = None) -> MemoryStore:
        """See `Worlds`."""
        return MemoryStore() if records is None else records

    def add(self, template: WorldTemplate, tenant: str, world: World) -> None:
        """See `Worlds`; beyond `MOST_WORLDS` the least recently used one is dropped."""
        worlds = self._worlds.setdefault(template.api, OrderedDict())
        worlds[tenant] = world
        if template.has_evictable and isinstance(world.store, MemoryStore):
            world.store.count_evictable(self._budget, self._namespace)
        if len(worlds) > MOST_WORLDS:
            _close(worlds.popitem(last=False)[1])
            log.warning(
                "namespace %s: dropped the least recently used tenant of %s: at most %d are kept",
                self._namespace,
                template.api,
                MOST_WORLDS,
            )

    def drop(self, api: str | None = None) -> None:
        """See `Worlds`."""
        for name in list(self._worlds) if api is None else [api]:
            for world in self._worlds.pop(name, {}).values():
                _close(world)

    def tenants(self, api: str) -> list[str]:
        """See `Worlds`."""
        return list(self._worlds.get(api, ()))

    def of(self, template: WorldTemplate) -> Iterator[World]:
        """See `Worlds`."""
        return iter([*self._worlds.get(template.api, {}).values()])

    def due(self, now: int) -> Iterator[World]:
        """See `Worlds`."""
        return (world for worlds in self._worlds.values() for world in worlds.values())

    def next_due(self) -> int:
        """See `Worlds`."""
        return min((world.work.due for world in self.due(0)), default=NEVER)

    def size(self) -> int:
        """See `Worlds`; may be called in another thread."""
        worlds = [world for of_api in [*self._worlds.values()] for world in [*of_api.values()]]
        return sum(world.store.size() for world in worlds)


def _close(world: World) -> None:
    if isinstance(world.store, MemoryStore):
        world.store.close()
