"""Namespaces: isolated sets of state in one server.

A namespace has its own clock, ids, journal, fault rules and schedule, and a world for each API and
each tenant (what an API key stands for; see the hook `authenticate` of a handlers package).
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from understudy.runtime.clock import Clock
from understudy.runtime.events import Listener
from understudy.runtime.ids import Ids
from understudy.runtime.journal import ExchangeCounter, Journal
from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.plans.fault_rules import FaultRules
from understudy.runtime.plans.schedule import Schedule
from understudy.runtime.rate_limit import Window
from understudy.runtime.snapshots import Snapshots
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.webhooks import Deliveries, Endpoint
from understudy.runtime.work.timer import Timer
from understudy.runtime.work.work import NEVER, do_due_work
from understudy.runtime.world import World, WorldTemplate

log = logging.getLogger("understudy")

DEFAULT = "default"

#: Puts a namespace into its initial state, when it is made and after a reset.
Initialize = Callable[["Namespace"], None]

#: Connects a new world, of an API by name, with what sends its webhooks.
ConnectWorld = Callable[["Namespace", str, World], None]


class Standing(Enum):
    """Whether a namespace is kept: not yet, although no request has succeeded, or with one that
    has; or whether it was dropped."""

    NEW = "new"
    FAILED = "failed"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(slots=True)
class Shared:
    """What the namespaces of an app have in common."""

    initialize: Initialize | None = None
    connect_world: ConnectWorld | None = None
    counter: ExchangeCounter = field(default_factory=ExchangeCounter)
    budget: MemoryBudget = field(default_factory=MemoryBudget)


class Namespace:
    """One namespace; it lives until it is dropped, or is the least recently used of too many."""

    __slots__ = (
        "__weakref__",
        "_shared",
        "_timer",
        "clock",
        "deliveries",
        "endpoints",
        "faults",
        "ids",
        "journal",
        "limits",
        "listeners",
        "made_at",
        "name",
        "personas",
        "schedule",
        "settings",
        "snapshots",
        "standing",
        "strict",
        "used_at",
        "worlds",
    )

    #: Tenants of an API that a namespace keeps; beyond it the least recently used is dropped.
    MOST_WORLDS = 1000

    def __init__(self, name: str, shared: Shared | None = None) -> None:
        self.name = name
        self._shared = shared = shared or Shared()
        #: When it was made and when it was used last, by `time.perf_counter_ns`.
        self.made_at = self.used_at = 0
        self.standing = Standing.NEW
        #: Whether requests with parameters or fields that no contract names are refused.
        self.strict = False
        #: Exported states by name, see `serving.snapshot`.
        self.snapshots = Snapshots(shared.budget, name)
        self.clock = Clock()
        self.ids = Ids(name)
        self.journal = Journal(counter=shared.counter, budget=shared.budget)
        self.faults = FaultRules(shared.budget, name)
        self.schedule = Schedule(shared.budget, name)
        self.worlds: dict[str, OrderedDict[str, World]] = {}
        self._timer = Timer(self)
        self.personas: dict[str, str] = {}
        #: The settings that were changed, by API.
        self.settings: dict[str, dict[str, Any]] = {}
        self.listeners: dict[str, Listener | None] = {}
        self.limits: dict[str, Window] = {}
        #: Where webhooks are sent, by API and name of the webhook.
        self.endpoints: dict[tuple[str, str], Endpoint] = {}
        #: The callbacks and webhooks that are under way.
        self.deliveries = Deliveries(shared.budget)
        if shared.initialize is not None:
            shared.initialize(self)

    @property
    def budget(self) -> MemoryBudget:
        """The memory that all namespaces of the app may take beside their state."""
        return self._shared.budget

    @property
    def root(self) -> str:
        """The prefix of the paths of this namespace."""
        return "" if self.name == DEFAULT else f"/_ns/{self.name}"

    def world(self, template: WorldTemplate, tenant: str) -> World:
        """Return the world of a tenant of an API, made and seeded at first use."""
        worlds = self.worlds.get(template.api)
        if worlds is None:
            worlds = self.worlds[template.api] = OrderedDict()
        world = worlds.get(tenant)
        if world is None:
            world = self.add_world(template, tenant, MemoryStore())
            if template.seed is not None:
                template.seed(world)
                world.store.commit()
        elif len(worlds) > 1:
            worlds.move_to_end(tenant)
        return world

    def add_world(self, template: WorldTemplate, tenant: str, store: MemoryStore) -> World:
        """Make the world of a tenant of an API with the records in `store`."""
        worlds = self.worlds.setdefault(template.api, OrderedDict())
        world = worlds[tenant] = self._make_world(template, store)
        if template.has_evictable:
            store.count_evictable(self.budget, self.name)
        if len(worlds) > self.MOST_WORLDS:
            worlds.popitem(last=False)[1].store.close()  # type: ignore[attr-defined]
            log.warning(
                "namespace %s: dropped the least recently used tenant of %s: at most %d are kept",
                self.name,
                template.api,
                self.MOST_WORLDS,
            )
        return world

    def _make_world(self, template: WorldTemplate, store: MemoryStore) -> World:
        """Return a world of an API, with the namespace's persona and settings."""
        persona = self.personas.get(template.api, template.persona)
        world = World(store, self.clock, self.ids, persona)
        world.settings = self.settings_of(template)
        world.work.connect(template.advance, self._timer.set)
        world.events.listener = self.listeners.get(template.api)
        if self._shared.connect_world is not None:
            self._shared.connect_world(self, template.api, world)
        return world

    def drop_worlds(self, api: str | None = None) -> None:
        """Drop the worlds of an API, or all."""
        for name in list(self.worlds) if api is None else [api]:
            for world in self.worlds.pop(name, {}).values():
                world.store.close()  # type: ignore[attr-defined]

    def settings_of(self, template: WorldTemplate) -> Mapping[str, Any]:
        """Return the values of an API's settings."""
        return {**template.settings, **self.settings.get(template.api, {})}

    def change_settings(self, template: WorldTemplate, values: Mapping[str, Any]) -> None:
        """Change some settings of an API, for its present and future worlds; their hook `advance`
        will be due."""
        self.settings[template.api] = {**self.settings.get(template.api, {}), **values}
        for world in self.worlds.get(template.api, {}).values():
            world.settings = self.settings_of(template)
            world.wake_at(self.clock.now())

    def set_persona(self, api: str, persona: str) -> None:
        """Set the persona of an API, for its present and future worlds."""
        self.personas[api] = persona
        for world in self.worlds.get(api, {}).values():
            world.persona = persona

    def set_listener(self, api: str, listener: Listener | None) -> None:
        """Set who receives the events of an API, of its present and future worlds."""
        self.listeners[api] = listener
        for world in self.worlds.get(api, {}).values():
            world.events.listener = listener

    def do_due_work(self) -> None:
        """Do the work of all worlds that is due, and wait for the next."""
        do_due_work(self._all_worlds(), self.clock.now())
        self._timer.set()

    def on_timer(self) -> None:
        """Do the work that is due, and set the timer to the next due time if the clock runs."""
        now = self.clock.now()
        do_due_work(self._all_worlds(), now)
        due = min((world.work.due for world in self._all_worlds()), default=NEVER)
        if due == NEVER or self.clock.frozen:
            self._timer.cancel()
        else:
            self._timer.wait_until(due, now)

    def stop(self) -> None:
        """Cancel what the namespace would still do by itself."""
        self._timer.cancel()
        self.deliveries.cancel()

    def close(self) -> None:
        """Give back what the namespace has of the memory budget, because it is dropped."""
        self.standing = Standing.DROPPED
        self.stop()
        self.drop_worlds()
        self.journal.clear()
        self.faults.clear()
        self.schedule.clear()
        self.snapshots.clear()

    def _all_worlds(self) -> Iterator[World]:
        return (world for worlds in self.worlds.values() for world in worlds.values())

    def reset(self, seed: int | str | None = None) -> None:
        """Put the namespace back into its initial state.

        State, settings, fault rules, scheduled requests, snapshots, addresses of webhooks and the
        journal are removed; callbacks and webhooks that are under way are cancelled; the clock
        shows real time; ids start again, from `seed` if one is given.
        """
        self.drop_worlds()
        self.personas.clear()
        self.settings.clear()
        self.limits.clear()
        self.stop()
        self.endpoints.clear()
        self.faults.clear()
        self.schedule.clear()
        self.journal.clear()
        self.clock.reset()
        self.ids.reset(seed)
        self.snapshots.clear()
        self.strict = False
        if self._shared.initialize is not None:
            self._shared.initialize(self)
            if seed is not None:  # a seed that the caller names wins over that of the initial state
                self.ids.reset(seed)
